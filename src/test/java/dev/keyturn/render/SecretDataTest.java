package dev.keyturn.render;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.source.ContentDigest;
import dev.keyturn.source.KeyedHash;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SecretDataTest {
  private static final KeyedHash HASH = new KeyedHash("k1", new byte[32]);

  private static Map<String, byte[]> bytes(String... keysAndValues) {
    Map<String, byte[]> bytes = new TreeMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      bytes.put(keysAndValues[i], keysAndValues[i + 1].getBytes(UTF_8));
    }
    return bytes;
  }

  private static SecretData data(String... keysAndValues) {
    return new SecretData(
        new TreeMap<>(bytes(keysAndValues)),
        new TreeSet<>(),
        "Opaque",
        new TreeMap<>(),
        new TreeMap<>(),
        List.of(),
        false);
  }

  @Test
  void theDigestTellsContentsApart() {
    ContentDigest digest = data("a", "1", "b", "2").digest(HASH);
    assertThat(digest.overall(HASH)).startsWith("k1:").hasSize(3 + 64);
    assertThat(ContentDigest.of(HASH, bytes("b", "2", "a", "1"))).isEqualTo(digest);
    assertThat(digest.changedSince(data("a", "1", "b", "x", "c", "3").digest(HASH)))
        .containsExactly("b", "c");
  }

  @Test
  void sizeIsThatOfTheValues() {
    assertThat(data("abc", "12", "b", "345").size()).isEqualTo(5);
  }

  @Test
  void equalContentIsEqual() {
    SecretData one = data("a", "1");
    assertThat(one).isEqualTo(data("a", "1")).hasSameHashCodeAs(data("a", "1"));
    assertThat(one).isNotEqualTo(data("a", "2")).isNotEqualTo(data("b", "1")).isNotEqualTo("a");
    SecretData other =
        new SecretData(
            one.data(), one.unsteady(), "x", one.labels(), one.annotations(), List.of(), false);
    assertThat(one).isNotEqualTo(other);
    TreeMap<String, String> map = new TreeMap<>(Map.of("l", "v"));
    assertThat(one)
        .isNotEqualTo(
            new SecretData(
                one.data(), one.unsteady(), "Opaque", map, new TreeMap<>(), List.of(), false))
        .isNotEqualTo(
            new SecretData(
                one.data(), one.unsteady(), "Opaque", new TreeMap<>(), map, List.of(), false))
        .isNotEqualTo(
            new SecretData(
                one.data(),
                one.unsteady(),
                "Opaque",
                new TreeMap<>(),
                new TreeMap<>(),
                List.of("f"),
                false))
        .isNotEqualTo(
            new SecretData(
                one.data(),
                one.unsteady(),
                "Opaque",
                new TreeMap<>(),
                new TreeMap<>(),
                List.of(),
                true));
  }

  @Test
  void aRepairKeepsWhatIsMadeAnewEachTime() {
    SecretData one = data("user", "u", "salted", "new", "random", "new");
    SecretData fresh =
        new SecretData(
            one.data(),
            new TreeSet<>(List.of("salted", "random")),
            "t",
            new TreeMap<>(Map.of("l", "1")),
            new TreeMap<>(Map.of("a", "1")),
            List.of("f"),
            true);
    assertThat(fresh).isNotEqualTo(data("user", "u", "salted", "new", "random", "new"));
    assertThat(fresh.keeping(bytes("user", "drifted", "salted", "old", "foreign", "x")))
        .isEqualTo(
            new SecretData(
                new TreeMap<>(bytes("user", "u", "salted", "old", "random", "new")),
                fresh.unsteady(),
                "t",
                fresh.labels(),
                fresh.annotations(),
                List.of("f"),
                true));
  }

  @Test
  void itsTextHasKeysOnly() {
    assertThat(data("user", "hunter2")).hasToString("SecretData[Opaque, keys [user], redacted]");
  }
}
