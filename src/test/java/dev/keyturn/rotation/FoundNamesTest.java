package dev.keyturn.rotation;

import static dev.keyturn.source.FakeSource.identity;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.source.Find;
import dev.keyturn.source.Search;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FoundNamesTest {
  private static final Search SEARCH =
      new Search(identity("eu"), new Find(Optional.of("x"), Map.of(), Optional.empty()));

  private final FoundNames found = new FoundNames();

  private boolean keeps(String namespace, String name, int characters) {
    Dependant dependant = new Dependant(namespace, name);
    found.keep(dependant, Map.of(SEARCH, List.of("x".repeat(characters))));
    return !found.of(dependant).isEmpty();
  }

  @Test
  void oneNamespaceHasABound() {
    for (int i = 0; i < 4; i++) {
      assertThat(keeps("thief", "e" + i, 1 << 20)).isTrue();
    }
    assertThat(keeps("thief", "e4", 1)).isFalse();
    assertThat(keeps("shop", "db", 1)).isTrue();
    found.drop(new Dependant("thief", "e0"));
    assertThat(keeps("thief", "e4", 1)).isTrue();
  }

  @Test
  void whoFindsAnewHasThatInPlaceOfTheOld() {
    for (int i = 0; i < 10; i++) {
      assertThat(keeps("shop", "db", 3 << 20)).isTrue();
    }
    assertThat(keeps("shop", "db", 5 << 20)).isFalse();
    assertThat(keeps("shop", "other", 4 << 20)).isTrue();
  }

  @Test
  void allShareTheTextOfAName() {
    List<String> one = found.shared(List.of(new String("app/db".toCharArray())));
    List<String> other = found.shared(List.of(new String("app/db".toCharArray())));
    assertThat(other.getFirst()).isSameAs(one.getFirst());
  }
}
