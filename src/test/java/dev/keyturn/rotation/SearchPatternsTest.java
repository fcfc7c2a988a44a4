package dev.keyturn.rotation;

import static dev.keyturn.source.FakeSource.identity;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import dev.keyturn.source.Find;
import dev.keyturn.source.Search;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SearchPatternsTest {
  private static final String LARGE = "(?:(?:[a-z]{44}){44})";

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
    patterns.add(search);
    patterns.add(search);
    for (int i = 0; i < 1000; i++) {
      assertThat(patterns.mayFind(search, "db")).isTrue();
      assertThat(patterns.mayFind(search, "db" + i)).isFalse();
    }
    assertThat(compiled.get()).isEqualTo(1);
  }

  @Test
  void whatIsTooLargeToBeKeptMayFindAnything() {
    IntStream.range(0, 100).forEach(i -> patterns.add(search(LARGE + i)));
    assertThat(patterns.mayFind(search(LARGE + 0), "db")).isFalse();
    assertThat(patterns.mayFind(search(LARGE + 99), "db")).isTrue();
    IntStream.range(0, 100).forEach(i -> patterns.remove(search(LARGE + i)));
    patterns.add(search(LARGE + 99));
    assertThat(patterns.mayFind(search(LARGE + 99), "db")).isFalse();
  }

  private static Search search(String regexp) {
    return new Search(identity("eu"), new Find(Optional.of(regexp), Map.of(), Optional.empty()));
  }
}
