package dev.keyturn.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyedHashTest {
  private static final byte[] KEY = bytes("k".repeat(32));

  private final KeyedHash hash = new KeyedHash("key-1", KEY);

  @ParameterizedTest(name = "{0} bytes")
  @ValueSource(ints = {0, 1, 255, 256, 65_536, 16_909_060})
  void eachPartIsFramedByItsLength(int length) throws GeneralSecurityException {
    byte[] part = new byte[length];
    Arrays.fill(part, (byte) 7);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
    mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(length).array());
    assertThat(hash.of(part)).isEqualTo(HexFormat.of().formatHex(mac.doFinal(part)));
  }

  @Test
  void whereOnePartEndsCounts() {
    assertThat(hash.of(bytes("ab"), bytes("c"))).isNotEqualTo(hash.of(bytes("a"), bytes("bc")));
    assertThat(hash.of(bytes("a"))).isNotEqualTo(hash.of(bytes("a"), bytes("")));
  }

  @Test
  void anotherKeyGivesAnotherHash() {
    KeyedHash other = new KeyedHash("key-2", bytes("o".repeat(32)));
    assertThat(other.of(bytes("a"))).isNotEqualTo(hash.of(bytes("a")));
    assertThat(other.keyId()).isEqualTo("key-2");
  }

  @Test
  void itNamesItsKeyAndDoesNotShowIt() {
    assertThat(hash).hasToString("KeyedHash[key-1]");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
