package dev.keyturn.gotemplate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What Go made of the corpus when it was last asked, so that tests without Go can compare, too. The
 * integration test fails when it is out of date, and writes it if -Dkeyturn.record is set.
 */
final class Recording {

  private static final Path FILE = Path.of("src", "test", "resources", "templates", "go.json");
  private static final String FAILS = "(fails)";
  private static final String BYTES = "(latin-1) ";
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  private final Map<String, String> outputs = new TreeMap<>();

  static Recording load() throws IOException {
    Recording recording = new Recording();
    if (Files.exists(FILE)) {
      JSON.readTree(FILE.toFile())
          .properties()
          .forEach(entry -> recording.outputs.put(entry.getKey(), entry.getValue().asText()));
    }
    return recording;
  }

  private static String key(TemplateCorpus.Case one) {
    return one.file() + ": " + one.template();
  }

  void put(TemplateCorpus.Case one, Optional<String> latin1) {
    outputs.put(key(one), latin1.map(Recording::text).orElse(FAILS));
  }

  /** The text, or the bytes if they are no UTF-8. */
  private static String text(String latin1) {
    byte[] bytes = latin1.getBytes(StandardCharsets.ISO_8859_1);
    String text = new String(bytes, StandardCharsets.UTF_8);
    boolean clean =
        new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)
            .equals(latin1);
    return clean ? text : BYTES + latin1;
  }

  /** Nothing if Go fails; one char per byte otherwise. */
  Optional<String> get(TemplateCorpus.Case one) {
    String text = outputs.get(key(one));
    if (text == null) {
      throw new IllegalStateException("not recorded: " + key(one));
    }
    if (text.equals(FAILS)) {
      return Optional.empty();
    }
    return Optional.of(
        text.startsWith(BYTES)
            ? text.substring(BYTES.length())
            : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
  }

  void save() throws IOException {
    Files.writeString(FILE, JSON.writeValueAsString(outputs) + "\n");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Recording recording && recording.outputs.equals(outputs);
  }

  @Override
  public int hashCode() {
    return outputs.hashCode();
  }

  @Override
  public String toString() {
    return outputs.toString();
  }
}
