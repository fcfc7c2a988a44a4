package dev.keyturn.sync.target;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.render.SecretData;
import dev.keyturn.sync.Secrets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DifferenceTest {

  private static Optional<String> between(Secrets.Live live, Map<String, String> wanted) {
    TreeMap<String, byte[]> data = new TreeMap<>();
    wanted.forEach((key, text) -> data.put(key, text.getBytes(UTF_8)));
    return Difference.between(
        live.view(),
        new SecretData(
            data, new TreeSet<>(), "Opaque", new TreeMap<>(), new TreeMap<>(), List.of(), false),
        Secrets.HASH);
  }

  @Test
  void equal_bytes_and_type_are_none() {
    assertThat(between(Secrets.live().data(Map.of("a", "1")), Map.of("a", "1"))).isEmpty();
  }

  @Test
  void keys_are_named_and_values_are_not() {
    assertThat(
            between(
                Secrets.live().data(Map.of("a", "1", "b", "planted", "gone", "planted")),
                Map.of("a", "1", "b", "planted2", "new", "planted")))
        .contains("it has another value under b; it lacks new; it has more: gone");
  }

  @Test
  void the_type_counts() {
    assertThat(between(Secrets.live().type("kubernetes.io/tls"), Map.of()))
        .contains("it has type kubernetes.io/tls, not Opaque");
  }

  @Test
  void many_keys_are_counted() {
    Map<String, String> seven = new TreeMap<>();
    for (int i = 1; i <= 7; i++) {
      seven.put("k" + i, "x");
    }
    assertThat(between(Secrets.live(), seven)).contains("it lacks k1, k2, k3, k4, k5 and 2 more");
  }
}
