package dev.keyturn.render;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.ConversionStrategy;
import dev.keyturn.api.DecodingStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecodingTest {

  private static String decode(DecodingStrategy strategy, String text) {
    return Decoding.decode(strategy, text.getBytes(UTF_8))
        .map(bytes -> new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1))
        .orElse("fails");
  }

  @ParameterizedTest(name = "{0} of {1} is {2}")
  @CsvSource({
    "NONE, YQ==, YQ==",
    "BASE64, YQ==, a",
    "BASE64, YWI=, ab",
    "BASE64, '', ''",
    "BASE64, YQ, fails",
    "BASE64, YQ=, fails",
    "BASE64, YQ===, fails",
    "BASE64, Y, fails",
    "BASE64, ====, fails",
    "BASE64, YQ==YQ==, fails",
    "BASE64, Y Q==, fails",
    "BASE64, a_b-, fails",
    "BASE64, a/b+, k\u00f6\u00fe",
    "BASE64_URL, a_b-, k\u00f6\u00fe",
    "BASE64_URL, a/b+, fails",
    "BASE64_URL, YQ, fails",
    "AUTO, YQ==, a",
    "AUTO, a_b-, k\u00f6\u00fe",
    "AUTO, plain text, plain text",
    "AUTO, abc, abc",
    "AUTO, YWJjZA==, abcd",
  })
  void decodes(DecodingStrategy strategy, String text, String result) {
    assertThat(decode(strategy, text)).isEqualTo(result);
  }

  @Test
  void lineBreaksAreSkippedWhereverTheyAre() {
    assertThat(decode(DecodingStrategy.BASE64, "Y\nQ\r\n=\n=\n")).isEqualTo("a");
    assertThat(decode(DecodingStrategy.NONE, "Y\nQ")).isEqualTo("Y\nQ");
  }

  @ParameterizedTest(name = "{0} by default becomes {1}, by Unicode {2}")
  @CsvSource({
    "a-b_c.D9, a-b_c.D9, a-b_c.D9",
    "a/b, a_b, a_U002f_b",
    "'a b:c', a_b_c, a_U0020_b_U003a_c",
    "\u00fc, _, _U00fc_",
    "\uD83D\uDE00, _, _U1f600_",
    "'@[`{', ____, _U0040__U005b__U0060__U007b_",
    "'', '', ''",
  })
  void keysAreConverted(String name, String byDefault, String byUnicode) {
    assertThat(KeyName.convert(ConversionStrategy.DEFAULT, name)).isEqualTo(byDefault);
    assertThat(KeyName.convert(ConversionStrategy.UNICODE, name)).isEqualTo(byUnicode);
  }

  @ParameterizedTest(name = "{0} is a key")
  @ValueSource(
      strings = {"a", "Z", "0", "9", "z", "A", "-", "_", ".a", "a.", "a..b", ".dockerconfigjson"})
  void validKeys(String key) {
    assertThat(KeyName.isValid(key)).isTrue();
  }

  @ParameterizedTest(name = "{0} is not a key")
  @ValueSource(
      strings = {"", ".", "..", "..a", "a/b", "a b", "\u00fc", "a\n", "a:", "@", "[", "`", "{"})
  void invalidKeys(String key) {
    assertThat(KeyName.isValid(key)).isFalse();
  }

  @Test
  void aKeyHasAtMost253Characters() {
    assertThat(KeyName.isValid("a".repeat(253))).isTrue();
    assertThat(KeyName.isValid("a".repeat(254))).isFalse();
  }
}
