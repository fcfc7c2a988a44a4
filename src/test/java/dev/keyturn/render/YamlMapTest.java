package dev.keyturn.render;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlMapTest {

  private static Map<String, String> parse(String yaml) throws RenderException {
    return YamlMap.parse("t", yaml.getBytes(UTF_8));
  }

  @ParameterizedTest(name = "{0} is read as {1}")
  @CsvSource({
    "text, text",
    "'\"quoted 1\"', quoted 1",
    "'''1.50''', 1.50",
    "'\"yes\"', yes",
    "yes, true",
    "Off, false",
    "y, true",
    "N, false",
    "1.50, 1.5",
    "10, 10",
    "+7, 7",
    "-7, -7",
    "-0, 0",
    "0123, 83",
    "-0123, -83",
    "089, 89",
    "0, 0",
    "0x1F, 31",
    "0X1f, 31",
    "0b101, 5",
    "0o17, 15",
    "0x, 0x",
    "1_000, 1000",
    "_1, _1",
    "18446744073709551615, 18446744073709551615",
    "18446744073709551616, 18446744073709551616",
    "+18446744073709551615, +18446744073709551615",
    "-9223372036854775808, -9223372036854775808",
    "-9223372036854775809, -9223372036854775809",
    "1e3, 1000",
    "1e6, 1e+06",
    "123456.5, 123456.5",
    "1234567.0, 1.234567e+06",
    "0.0001, 0.0001",
    "0.00001, 1e-05",
    "0.1234567890123456789, 0.1234567890123456789",
    "1e999, 1e999",
    "1e9999999999, 1e9999999999",
    "5., 5",
    "-.5, -0.5",
    "-0.0, -0",
    "0.0, 0",
    "., .",
    "-, -",
    ".inf, +Inf",
    "-.Inf, -Inf",
    ".nan, NaN",
    "2026-01-02, 2026-01-02",
    "1.2.3, 1.2.3",
    "~, ''",
    "null, ''",
    "'', ''",
  })
  void scalarsAreReadAsGoReadsThem(String yaml, String text) throws RenderException {
    assertThat(parse("a: " + (yaml.equals("-") ? "'-'" : yaml))).isEqualTo(Map.of("a", text));
  }

  @Test
  void keysAreScalarsToo() throws RenderException {
    assertThat(parse("1: a\nyes: b\n'c d': |\n  x\n  y\n"))
        .isEqualTo(Map.of("1", "a", "true", "b", "c d", "x\ny\n"));
  }

  @Test
  void theLastOfEqualKeysWinsAndAliasesAreFollowed() throws RenderException {
    assertThat(parse("a: &x 1\nb: *x\na: 2")).isEqualTo(Map.of("a", "2", "b", "1"));
  }

  @Test
  void nothingIsAnEmptyMap() throws RenderException {
    for (String yaml : List.of("", "# only a comment", "---\n", "null", "~", "{}")) {
      assertThat(parse(yaml)).as(yaml).isEmpty();
    }
  }

  @Test
  void onlyTheFirstDocumentCounts() throws RenderException {
    assertThat(parse("a: b\n---\nc: d")).isEqualTo(Map.of("a", "b"));
  }

  private static String failure(String yaml) {
    RenderException thrown = catchThrowableOfType(RenderException.class, () -> parse(yaml));
    assertThat(thrown.failure()).isInstanceOf(RenderFailure.NotAMap.class);
    return thrown.getMessage();
  }

  @Test
  void failuresTellTheLineAndNoText() {
    assertThat(failure("a: b\nhunter2: [x"))
        .isEqualTo(
            "t: the template must make a YAML map of keys and strings, but line 2 of what it makes"
                + " is not YAML")
        .doesNotContain("hunter2");
    assertThat(failure("a: b\nc: [hunter2]")).endsWith("a value on line 2 is a list or a map");
    assertThat(failure("[hunter2]: x")).endsWith("a key on line 1 is a list or a map");
    assertThat(failure("- hunter2")).endsWith("it makes something else");
    assertThat(failure("hunter2")).endsWith("it makes something else");
    assertThat(failure("a: !!binary aHVudGVyMg==")).endsWith("a value on line 1 has a tag");
    assertThat(failure("~: hunter2")).endsWith("a key is empty");
    assertThat(failure("a: \u0001hunter2")).doesNotContain("hunter2");
  }
}
