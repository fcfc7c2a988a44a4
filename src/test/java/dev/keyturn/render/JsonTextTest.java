package dev.keyturn.render;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {

  private static JsonText json(String text) {
    return JsonText.parse(text.getBytes(UTF_8)).orElseThrow();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }

  @ParameterizedTest(name = "{0} is JSON")
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "\"\"",
        "0",
        "-0",
        "-1.5e+10",
        "1E-2",
        "true",
        "false",
        "null",
        " \t\r\n{ } \n",
        "{\"a\":1,\"a\":2}",
        "[1 , [ ] ,{}]",
        "\"\\u00e9\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
        "{\"a\" : {\"b\":[ ]}}",
        "\uFEFF{}",
        "\"a\nb\"",
        "1.0",
        "10"
      })
  void isJson(String text) {
    assertThat(JsonText.parse(text.getBytes(UTF_8))).isPresent();
  }

  @ParameterizedTest(name = "{0} is not JSON")
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "}",
        "[",
        "]",
        "\"",
        "\"a",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{,}",
        "{a:1}",
        "{\"a\" 1}",
        "{\"a\":1 \"b\":2}",
        "[1,]",
        "[,1]",
        "[1 2]",
        "01",
        "-",
        "+1",
        "1.",
        ".5",
        "1e",
        "1e+",
        "-01",
        "tru",
        "truex",
        "nul",
        "fals",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"\\u123\"",
        "\"\\u123g\"",
        "\"\\u",
        "\"\\u12",
        "\"\\",
        "1 2",
        "{} {}",
        "NaN",
        "'a'",
        "{\"a\":1]",
        "[1}",
        "\uFEFF",
        "{\"a\":\"b}",
        "[\"\\q\"]",
        "{1:2}",
        "-a",
        "hunter2"
      })
  void isNotJson(String text) {
    assertThat(JsonText.parse(text.getBytes(UTF_8))).isEmpty();
  }

  @Test
  void nestingEndsSomewhere() {
    assertThat(JsonText.parse("[".repeat(513).concat("]".repeat(513)).getBytes(UTF_8))).isPresent();
    assertThat(JsonText.parse("[".repeat(514).concat("]".repeat(514)).getBytes(UTF_8))).isEmpty();
    assertThat(JsonText.parse("[".repeat(1_000_000).getBytes(UTF_8))).isEmpty();
    assertThat(JsonText.parse("{\"a\":".repeat(1_000_000).getBytes(UTF_8))).isEmpty();
  }

  @Test
  void membersKeepOrderAndDuplicates() {
    assertThat(
            json(" { \"b\" : 1 , \"a\":[ 1,2 ] ,\"b\":{ \"x\": \"}\"},\"\\u0063\\\"\":null } ")
                .members()
                .stream()
                .map(m -> m.key() + "=" + text(m.value().raw()))
                .collect(Collectors.joining("|")))
        .isEqualTo("b=1|a=[ 1,2 ]|b={ \"x\": \"}\"}|c\"=null");
    assertThat(json("{ }").members()).isEmpty();
    assertThat(json("[1]").members()).isEmpty();
  }

  @Test
  void theLastOfEqualMembersIsFound() {
    assertThat(json("{\"a\":1,\"a\":2}").member("a").map(JsonText::raw).map(JsonTextTest::text))
        .hasValue("2");
    assertThat(json("{\"a\":1}").member("b")).isEmpty();
    assertThat(json("[1]").member("0")).isEmpty();
  }

  @Test
  void elementsAreCountedFromZero() {
    JsonText array = json("[ 1 , \"b\",[3] ]");
    assertThat(
            List.of(0, 1, 2).stream().map(i -> text(array.element(i).orElseThrow().raw())).toList())
        .containsExactly("1", "\"b\"", "[3]");
    assertThat(array.element(3)).isEmpty();
    assertThat(json("[]").element(0)).isEmpty();
    assertThat(json("{}").element(0)).isEmpty();
  }

  @ParameterizedTest(name = "{0} is {1} as a key and {2} as a property")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"a\\nb\\u00e9\\/\"|a\\nb\u00e9/|a\\nb\u00e9/",
        "\"\\ud83d\\ude00\"|\uD83D\uDE00|\uD83D\uDE00",
        "\"\\ud83dx\"|\uFFFDx|\uFFFDx",
        "\"x\\ude00\"|x\uFFFD|x\uFFFD",
        "\"\\ud83d\\ud83d\\ude00\"|\uFFFD\uD83D\uDE00|\uFFFD\uD83D\uDE00",
        "null|``|``",
        "true|true|true",
        "false|false|false",
        "12345678901234567890123|12345678901234567890123|12345678901234567890123",
        "1.50|1.50|1.5",
        "-1.0|-1.0|-1",
        "-0|-0|-0",
        "-0.0|-0.0|-0",
        "0.0|0.0|0",
        "1e3|1e3|1000",
        "1E-7|1E-7|0.0000001",
        "0.1|0.1|0.1",
        "0.1234567890123456789|0.1234567890123456789|0.1234567890123456789",
        "1e400|1e400|1e400",
        "-1e400|-1e400|-1e400",
        "1e99999999999|1e99999999999|1e99999999999",
        "1e-99999999999|1e-99999999999|1e-99999999999",
        "1e-400|1e-400|1e-400",
        "{ \"a\":1.0}|{ \"a\":1.0}|{ \"a\":1.0}",
        "[1 ]|[1 ]|[1 ]",
      })
  void valuesAsText(String value, String key, String property) {
    JsonText json = json(" " + value + " ");
    assertThat(text(json.plain())).isEqualTo(key.replace("\\n", "\n"));
    assertThat(text(json.scalar())).isEqualTo(property.replace("\\n", "\n"));
  }

  @Test
  void everyEscapeIsRead() {
    assertThat(text(json("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\"").plain()))
        .isEqualTo("\"\\/\b\f\n\r\tA");
  }

  @ParameterizedTest(name = "{0} selects {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a|1",
        "b.c|2",
        "b.d.1.e|x",
        "b.d.01.e|x",
        "b.d.0|y",
        "f\\.g|dotted",
        "f.g|dotted",
        "h.i|literal",
        "h\\.i|literal",
        "j\\\\k|back",
        "l.0|zero",
        "m.|empty",
        "b|{\"c\":2,\"d\":[\"y\",{\"e\":\"x\"}]}",
        "*|star",
        "n\\|end",
      })
  void pathsSelect(String path, String value) {
    JsonText json =
        json(
            """
            {"a":1,"b":{"c":2,"d":["y",{"e":"x"}]},"f.g":"dotted","h.i":"literal","h":{"i":"nested"},\
            "j\\\\k":"back","l":{"0":"zero"},"m":{"":"empty"},"*":"star","n\\\\":"end"}\
            """);
    assertThat(
            new PropertyPath(path).in(json, _ -> {}).map(JsonText::plain).map(JsonTextTest::text))
        .hasValue(value);
  }

  @ParameterizedTest(name = "{0} selects nothing")
  @ValueSource(
      strings = {
        "x",
        "a.b",
        "b.d.2",
        "b.d.-1",
        "b.d.x",
        "b.d.",
        "b.d.9999999999",
        "b.d.1 ",
        "b.d.\u0661",
        "a.0",
        "b..c"
      })
  void pathsThatSelectNothing(String path) {
    JsonText json = json("{\"a\":1,\"b\":{\"c\":2,\"d\":[\"y\",\"z\"]}}");
    assertThat(new PropertyPath(path).in(json, _ -> {})).isEmpty();
  }

  @Test
  void eachStepOfAPathPaysForAllThatItScans() {
    List<Long> paid = new ArrayList<>();
    var _ = new PropertyPath("0.a.1").in(json("[{\"a\":[1,22]}, 333]"), paid::add).orElseThrow();
    assertThat(paid).as("the whole text as a key, then inwards").containsExactly(19L, 19L, 12L, 6L);
  }

  @Test
  void aNumberOfMoreDigitsThanAnyDoubleHasIsNotComputedWith() {
    String number = "1.5" + "0".repeat(60_000);
    assertThat(text(json(number).scalar())).isEqualTo(number);
    assertThat(text(json("1.5" + "0".repeat(900)).scalar())).isEqualTo("1.5");
  }

  @Test
  void anArrayCanBeTheTop() {
    assertThat(new PropertyPath("0.a").in(json("[{\"a\":1}]"), _ -> {})).isPresent();
    assertThat(new PropertyPath("a").in(json("\"a\""), _ -> {})).isEmpty();
  }
}
