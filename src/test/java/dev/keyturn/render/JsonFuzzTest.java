package dev.keyturn.render;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Extraction and property paths on any bytes: never an exception, and JSON exactly where Jackson
 * says so. {@code JAZZER_FUZZ=1 ./mvnw test -Dtest=JsonFuzzTest#extraction} searches; without it
 * the seeds are replayed.
 */
class JsonFuzzTest {
  private static final JsonFactory JACKSON =
      JsonFactory.builder()
          .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(JsonScanner.MAX_DEPTH + 1)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  @FuzzTest(maxDuration = "10m")
  void extraction(byte[] bytes) {
    Optional<String> text = utf8(bytes);
    if (text.isEmpty()) {
      return;
    }
    Optional<JsonText> json = JsonText.parse(bytes);
    String withoutMark = text.get().startsWith("\uFEFF") ? text.get().substring(1) : text.get();
    require(json.isPresent() == isJson(withoutMark), "validity");
    json.ifPresent(JsonFuzzTest::walk);
  }

  /** The path ends at the first line break, the JSON follows. */
  @FuzzTest(maxDuration = "10m")
  void path(byte[] bytes) {
    Optional<String> text = utf8(bytes);
    int lineBreak = text.map(t -> t.indexOf('\n')).orElse(-1);
    if (lineBreak < 0) {
      return;
    }
    String path = text.orElseThrow().substring(0, lineBreak);
    String rest = text.orElseThrow().substring(lineBreak + 1);
    JsonText.parse(rest.getBytes(UTF_8))
        .flatMap(json -> new PropertyPath(path).in(json, _ -> {}))
        .ifPresent(
            found -> {
              byte[] raw = found.raw();
              require(rest.contains(new String(raw, UTF_8)), "bytes of the source");
              require(
                  Arrays.equals(raw, JsonText.parse(raw).orElseThrow().raw()), "a value by itself");
              require(utf8(found.scalar()).isPresent(), "text");
            });
  }

  private static void walk(JsonText json) {
    require(utf8(json.plain()).isPresent() && utf8(json.scalar()).isPresent(), "text");
    Map<String, JsonText> last = new LinkedHashMap<>();
    for (JsonText.Member member : json.members()) {
      last.put(member.key(), member.value());
      walk(member.value());
    }
    // Not each of many: looking a key up reads the object again.
    last.entrySet().stream()
        .limit(10)
        .forEach(
            entry ->
                require(
                    Arrays.equals(
                        entry.getValue().raw(), json.member(entry.getKey()).orElseThrow().raw()),
                    "the last of equal keys"));
    json.element(0).ifPresent(JsonFuzzTest::walk);
  }

  private static boolean isJson(String text) {
    try (JsonParser parser = JACKSON.createParser(text)) {
      int roots = 0;
      int depth = 0;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        depth -= token.isStructEnd() ? 1 : 0;
        roots += depth == 0 && !token.isStructEnd() ? 1 : 0;
        depth += token.isStructStart() ? 1 : 0;
      }
      return roots == 1;
    } catch (IOException e) {
      return false;
    }
  }

  private static Optional<String> utf8(byte[] bytes) {
    try {
      return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }
}
