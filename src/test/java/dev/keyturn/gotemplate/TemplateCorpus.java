package dev.keyturn.gotemplate;

import dev.keyturn.gotemplate.value.Allowance;
import dev.keyturn.testbed.ProcessorTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The templates of src/test/resources/templates, each with the data of its file. */
final class TemplateCorpus {

  static final Path FOLDER = Path.of("src", "test", "resources", "templates");

  static final Rendering RENDERING =
      new Rendering(
          Allowance.STANDARD, InstantSource.system(), ProcessorTime::nanos, new SecureRandom());

  /** A template and what it is rendered with. */
  record Case(String file, String template, Map<String, String> data) {

    /** Short: test reports and PIT carry it around. */
    @Override
    public String toString() {
      return file + " " + template.substring(0, Math.min(template.length(), 60)).strip();
    }

    Map<String, byte[]> bytes() {
      Map<String, byte[]> bytes = new TreeMap<>();
      data.forEach((key, value) -> bytes.put(key, value.getBytes(StandardCharsets.UTF_8)));
      return bytes;
    }
  }

  private static List<Case> loaded = List.of();

  private TemplateCorpus() {}

  /** Reads the files once: JUnit asks before each single case when PIT runs one alone. */
  static synchronized List<Case> load() throws IOException {
    if (loaded.isEmpty()) {
      loaded = List.copyOf(read());
    }
    return loaded;
  }

  private static List<Case> read() throws IOException {
    List<Case> cases = new ArrayList<>();
    try (var files = Files.list(FOLDER)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
        Object document =
            new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
        if (document instanceof Map<?, ?> map
            && map.get("templates") instanceof List<?> templates) {
          Map<String, String> data = new TreeMap<>();
          if (map.get("data") instanceof Map<?, ?> values) {
            values.forEach((key, value) -> data.put(key.toString(), value.toString()));
          }
          for (Object template : templates) {
            cases.add(new Case(file.getFileName().toString(), template.toString(), data));
          }
        }
      }
    }
    return cases;
  }

  /** The examples of the documentation, as further cases. */
  static List<Case> documented() throws IOException {
    return FunctionTable.load().stream()
        .map(row -> new Case("templates.md", row.example(), FunctionTable.DATA))
        .toList();
  }

  /** What we make of a template: the bytes, or that it fails. */
  sealed interface Outcome {
    /** One char per byte. */
    record Rendered(String latin1) implements Outcome {}

    record Failed(String message) implements Outcome {}
  }

  static Outcome render(String template, Map<String, byte[]> data) {
    try {
      byte[] bytes = Template.parse("t", template).render(data, RENDERING);
      return new Outcome.Rendered(new String(bytes, StandardCharsets.ISO_8859_1));
    } catch (TemplateException e) {
      return new Outcome.Failed(e.getMessage());
    }
  }
}
