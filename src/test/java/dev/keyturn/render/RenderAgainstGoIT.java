package dev.keyturn.render;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.keyturn.api.DecodingStrategy;
import dev.keyturn.gotemplate.ParsedTemplates;
import dev.keyturn.gotemplate.Rendering;
import dev.keyturn.gotemplate.value.Allowance;
import dev.keyturn.render.GoOracle.Answer;
import dev.keyturn.testbed.ProcessorTime;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** What we make of paths, patterns, Base64 and YAML is what Go makes of them. */
class RenderAgainstGoIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Rendering RENDERING =
      new Rendering(
          Allowance.STANDARD, InstantSource.system(), ProcessorTime::nanos, new SecureRandom());
  private static GoOracle go;

  @BeforeContainer
  static void start() {
    go = GoOracle.start();
  }

  @AfterContainer
  static void stop() {
    go.close();
  }

  @Property(tries = 3000)
  void propertyPathsAreGjsons(@ForAll("json") String json, @ForAll("path") String path) {
    Answer.Output theirs = (Answer.Output) go.gjson(json.getBytes(UTF_8), path);
    Optional<JsonText> ours =
        new PropertyPath(path).in(JsonText.parse(json.getBytes(UTF_8)).orElseThrow(), _ -> {});
    // ESO asks for the literal key first.
    String literal = path.replace(".", "\\.");
    Answer.Output whole = (Answer.Output) go.gjson(json.getBytes(UTF_8), literal);
    Answer.Output expected = path.contains(".") && whole.exists() ? whole : theirs;
    assertThat(ours.isPresent()).as("%s in %s", path, json).isEqualTo(expected.exists());
    if (ours.isPresent()) {
      assertThat(new String(ours.get().raw(), UTF_8))
          .as("%s in %s", path, json)
          .isEqualTo(new String(expected.raw(), UTF_8));
      assertThat(new String(ours.get().scalar(), UTF_8))
          .as("%s in %s", path, json)
          .isEqualTo(expected.text());
    }
  }

  @Provide
  Arbitrary<String> path() {
    Arbitrary<String> step =
        Arbitraries.of("a", "b", "c", "0", "1", "2", "a\\.b", "x y", "\u00fc", "01");
    return step.list().ofMinSize(1).ofMaxSize(3).map(steps -> String.join(".", steps));
  }

  @Provide
  Arbitrary<String> json() {
    return value(3);
  }

  private static Arbitrary<String> value(int depth) {
    Arbitrary<String> leaf =
        Arbitraries.of(
            "1",
            "-1",
            "0",
            "1.50",
            "-0",
            "1e3",
            "1E-3",
            "2.5e10",
            "123456789012345678901234567890",
            "true",
            "false",
            "null",
            "\"\"",
            "\"a\"",
            "\"a\\nb\\u00e9\\\\\\\"\\/\"",
            "\"\\ud83d\\ude00\"",
            "\"}]\"",
            "0.1",
            "1e21",
            "-2.50",
            "\"\u00fc\"",
            "\"\\ud83d\"");
    if (depth == 0) {
      return leaf;
    }
    Arbitrary<String> space = Arbitraries.of("", "", " ", "\n\t");
    Arbitrary<String> key =
        Arbitraries.of("a", "b", "c", "0", "1", "a.b", "x y", "\u00fc", "\\u0061", "b\\\"");
    Arbitrary<Tuple.Tuple2<String, String>> member =
        Combinators.combine(space, key, space, value(depth - 1))
            .as((s, k, t, v) -> Tuple.of(k, s + "\"" + k + "\"" + t + ":" + s + v + t));
    // Of equal keys Go takes the first for a property and the last for a map; we the last for both.
    Arbitrary<String> object =
        member
            .list()
            .ofMaxSize(4)
            .uniqueElements(one -> one.get1().replace("\\u0061", "a"))
            .map(
                all ->
                    all.stream()
                        .map(Tuple.Tuple2::get2)
                        .collect(Collectors.joining(",", "{", "}")));
    Arbitrary<String> array =
        Combinators.combine(space, value(depth - 1))
            .as((s, v) -> s + v + s)
            .list()
            .ofMaxSize(3)
            .map(all -> "[" + String.join(",", all) + "]");
    return Arbitraries.frequencyOf(Tuple.of(5, object), Tuple.of(2, array), Tuple.of(1, leaf));
  }

  @Property(tries = 5000)
  void replacementsAreGos(
      @ForAll("pattern") String pattern,
      @ForAll("target") String target,
      @ForAll("key") String key) {
    Answer theirs = go.regexReplace(pattern, key, target);
    assertThat(replaced(pattern, key, target))
        .as("%s in %s by %s", pattern, key, target)
        .isEqualTo(theirs instanceof Answer.Output out ? out.text() : "not RE2");
  }

  private static String replaced(String pattern, String key, String target) {
    try {
      var made =
          new KeyChanges(
                  "here", new GoTemplates(RENDERING, new ParsedTemplates(ProcessorTime::nanos)))
              .apply(List.of(new KeyChange.Replace(pattern, target)), Map.of(key, new byte[0]));
      return String.join("", made.keySet());
    } catch (RenderException e) {
      return e.failure() instanceof RenderFailure.BadPattern ? "not RE2" : e.failure().message();
    }
  }

  @Provide
  Arbitrary<String> pattern() {
    // Go lets two groups have one name; RE2/J does not, and says so.
    return pieces(
            5,
            "a",
            "b",
            "/",
            ".",
            ".*",
            "(a)",
            "(?P<n>b)",
            "(a|b)",
            "*",
            "+",
            "?",
            "^",
            "$",
            "[ab]",
            "[^/]+",
            "\\d",
            "(",
            ")",
            "\u00fc",
            "\\.",
            "{2}",
            "\\b",
            "(?i)",
            "\\pL")
        .filter(pattern -> pattern.indexOf("?P<n>") == pattern.lastIndexOf("?P<n>"));
  }

  @Provide
  Arbitrary<String> target() {
    // Go lets two groups have one name; RE2/J does not, and says so.
    return pieces(
        5, "x", "$1", "${1}", "$2", "$n", "${n}", "$$", "$", "${", "}", "_", "$0", "$1x", "\\",
        "\u00fc", "$01");
  }

  @Provide
  Arbitrary<String> key() {
    return pieces(6, "a", "b", "/", "ab", "1", "\u00fc", "\uD83D\uDE00", ".", "B", " ");
  }

  private static Arbitrary<String> pieces(int most, String... pieces) {
    return Arbitraries.of(pieces).list().ofMaxSize(most).map(all -> String.join("", all));
  }

  @Property(tries = 2000)
  void base64IsGos(@ForAll("base64") String text) {
    Answer theirs =
        go.template("{{ .v | b64dec }}".getBytes(UTF_8), Map.of("v", text.getBytes(UTF_8)));
    Optional<byte[]> ours = Decoding.decode(DecodingStrategy.BASE64, text.getBytes(UTF_8));
    assertThat(ours.isPresent()).as(text).isEqualTo(theirs instanceof Answer.Output);
    if (theirs instanceof Answer.Output output) {
      assertThat(ours.orElseThrow()).as(text).isEqualTo(output.bytes());
    }
  }

  @Provide
  Arbitrary<String> base64() {
    return pieces(
        8, "YQ==", "YWI=", "YWJj", "A", "=", "\n", "\r\n", "/", "+", "-", "_", "b", " ", "9Q",
        "\u00fc");
  }

  @Property(tries = 4000)
  void yamlMapsAreGos(@ForAll("yaml") String yaml) throws JsonProcessingException {
    Answer theirs = go.yamlMap(yaml.getBytes(UTF_8));
    Optional<Map<String, String>> ours = yaml(yaml);
    assertThat(ours.isPresent())
        .as("%s: %s", yaml, theirs)
        .isEqualTo(theirs instanceof Answer.Output);
    if (theirs instanceof Answer.Output out) {
      Map<String, String> expected = JSON.readValue(out.text(), new TypeReference<>() {});
      assertThat(ours.orElseThrow()).as(yaml).isEqualTo(expected);
    }
  }

  private static Optional<Map<String, String>> yaml(String yaml) {
    try {
      return Optional.of(YamlMap.parse("t", yaml.getBytes(UTF_8)));
    } catch (RenderException e) {
      return Optional.empty();
    }
  }

  @Provide
  Arbitrary<String> yaml() {
    Arbitrary<String> key =
        Arbitraries.of("a", "b", "c-d", "'q'", "\"r s\"", "1", "yes", "x.y", "007");
    Arbitrary<String> scalar =
        Arbitraries.of(
            "v",
            "1",
            "-1",
            "+1",
            "0",
            "1.5",
            "1.50",
            "-2.25",
            "1e3",
            "1e6",
            "2.5e7",
            "0x1F",
            "0b11",
            "0o17",
            "017",
            "089",
            "-017",
            "yes",
            "No",
            "on",
            "true",
            "y",
            "N",
            "~",
            "null",
            "",
            "'1'",
            "\"1\"",
            "\"a\\nb\"",
            "'it''s'",
            "2026-01-02",
            "1_000",
            "0.0001",
            "0.00001",
            ".5",
            "5.",
            "-.5",
            ".inf",
            "-.inf",
            ".nan",
            "1.2.3",
            "a b",
            "a#b",
            "a #b",
            "[1]",
            "{x: y}",
            "|\n  x\n  y",
            ">-\n  x\n  y",
            "\"\\u00fc\"",
            "http://h:1/p",
            "a: b",
            "-",
            "- x",
            "\u00fc",
            "18446744073709551615",
            "-9223372036854775808",
            "1234567.5",
            "100000.5",
            "12:30",
            "1e+3",
            "0x",
            "+0x1f",
            "-0b11",
            "+",
            "1e",
            ".",
            "..",
            "+.5",
            "0_7",
            "1__0",
            "_1",
            "<<",
            "1.e2");
    Arbitrary<String> line = Combinators.combine(key, scalar).as((k, v) -> k + ": " + v);
    return line.list().ofMaxSize(4).map(lines -> String.join("\n", lines));
  }
}
