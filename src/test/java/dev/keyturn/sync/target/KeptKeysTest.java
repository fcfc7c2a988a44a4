package dev.keyturn.sync.target;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.ExternalSecretStatus.Content;
import dev.keyturn.render.SecretData;
import dev.keyturn.source.ContentDigest;
import dev.keyturn.source.KeyedHash;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A key with a random template, when the Secret is written again because … */
class KeptKeysTest {
  private static final KeyedHash HASH = new KeyedHash("k1", new byte[32]);

  private static Map<String, byte[]> bytes(String user, String random) {
    return new TreeMap<>(Map.of("user", user.getBytes(UTF_8), "random", random.getBytes(UTF_8)));
  }

  private static SecretData rendered(String user) {
    return new SecretData(
        new TreeMap<>(bytes(user, "new")),
        new TreeSet<>(List.of("random")),
        "Opaque",
        new TreeMap<>(),
        new TreeMap<>(),
        List.of(),
        false);
  }

  private static String random(Map<String, byte[]> live, Optional<Content> recorded) {
    SecretData kept = KeptKeys.of(rendered("u"), live, "inputs", recorded, HASH);
    return new String(kept.data().get("random"), UTF_8);
  }

  private static Optional<Content> recorded(String inputs) {
    String hash = ContentDigest.of(HASH, bytes("u", "old")).overall(HASH);
    return Optional.of(new Content(hash, inputs, Map.of()));
  }

  @Test
  void anotherKeyDrifted() {
    assertThat(random(bytes("edited", "old"), recorded("inputs"))).isEqualTo("old");
  }

  @Test
  void nothingDrifted() {
    assertThat(random(bytes("u", "old"), recorded("inputs"))).isEqualTo("old");
  }

  @Test
  void theKeyItselfDrifted() {
    assertThat(random(bytes("u", "edited"), recorded("inputs"))).isEqualTo("new");
  }

  @Test
  void theSecretIsGone() {
    assertThat(random(Map.of(), recorded("inputs"))).isEqualTo("new");
    assertThat(random(Map.of(), Optional.empty())).isEqualTo("new");
  }

  @Test
  void whatItIsMadeOfChanged() {
    assertThat(random(bytes("u", "old"), recorded("earlier inputs"))).isEqualTo("new");
  }

  @Test
  void theRecordIsLostOrUnderALostKey() {
    Optional<Content> lost = Optional.of(new Content("k0:1234", "inputs", Map.of()));
    assertThat(random(bytes("u", "old"), Optional.empty())).isEqualTo("old");
    assertThat(random(bytes("u", "old"), lost)).isEqualTo("old");
    assertThat(random(bytes("u", "old"), Optional.of(new Content(null, null, Map.of()))))
        .isEqualTo("old");
    assertThat(random(bytes("other", "old"), Optional.empty())).isEqualTo("new");
    Map<String, byte[]> withForeignKey = bytes("u", "old");
    withForeignKey.put("foreign", new byte[0]);
    assertThat(random(withForeignKey, Optional.empty())).isEqualTo("old");
  }
}
