package dev.keyturn.rotation;

import static dev.keyturn.source.FakeSource.identity;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import dev.keyturn.source.Find;
import dev.keyturn.source.Search;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SearchPatternsTest {
  private static final String LARGE = "(?:(?:[a-z]{44}){44})";

  private static final List<String> SHOP = List.of("shop");

  private final AtomicInteger compiled = new AtomicInteger();
  private final SearchPatterns patterns =
      new SearchPatterns(
          regexp -> {
            compiled.incrementAndGet();
            return Pattern.compile(regexp);
          });

  @Test
  void eachIsCompiledOnceHoweverManyEventsCome() {
    Search search = search("^db$");
    patterns.add(search, SHOP);
    patterns.add(search, SHOP);
    for (int i = 0; i < 1000; i++) {
      assertThat(patterns.mayFind(search, "db")).isTrue();
      assertThat(patterns.mayFind(search, "db" + i)).isFalse();
    }
    assertThat(compiled.get()).isEqualTo(1);
  }

  @Test
  void whatIsTooLargeToBeKeptMayFindAnything() {
    IntStream.range(0, 100).forEach(i -> patterns.add(search(LARGE + i), SHOP));
    assertThat(patterns.mayFind(search(LARGE + 0), "db")).isFalse();
    assertThat(patterns.mayFind(search(LARGE + 99), "db")).isTrue();
    IntStream.range(0, 100).forEach(i -> patterns.remove(search(LARGE + i)));
    patterns.add(search(LARGE + 99), SHOP);
    assertThat(patterns.mayFind(search(LARGE + 99), "db")).isFalse();
  }

  @Test
  void what_some_namespaces_take_leaves_each_other_its_own() {
    for (String evil : List.of("evil", "evil-too")) {
      IntStream.range(0, 500)
          .forEach(i -> patterns.add(search(evil + "(?:[a-z]{180})" + i), List.of(evil)));
    }
    patterns.add(search("^prod/payments/"), SHOP);
    assertThat(patterns.mayFind(search("^prod/payments/"), "evil/x")).isFalse();
    patterns.add(search("^theirs$"), List.of("evil", "late"));
    assertThat(patterns.mayFind(search("^theirs$"), "evil/x"))
        .as("who has room pays for what several follow")
        .isFalse();
  }

  private static Search search(String regexp) {
    return new Search(identity("eu"), new Find(Optional.of(regexp), Map.of(), Optional.empty()));
  }
}
