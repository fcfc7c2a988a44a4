package dev.keyturn.api;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CrdFilesTest {

  /** Writes {@code crds/} anew when it differs, so that the cure is to run this test and commit. */
  @Test
  void the_committed_crds_follow_from_the_classes() throws IOException {
    Map<String, String> generated = CrdFiles.generate();
    Map<String, String> committed = committed();
    Set<String> stale = new TreeSet<>(committed.keySet());
    stale.addAll(generated.keySet());
    stale.removeIf(file -> Objects.equals(generated.get(file), committed.get(file)));
    if (!stale.isEmpty()) {
      write(generated, committed);
      fail(
          "%s in crds/ did not follow from the classes of dev.keyturn.api and was written anew:"
              + " look at git diff crds, commit it and run again",
          stale);
    }
  }

  private static Map<String, String> committed() throws IOException {
    Map<String, String> files = new TreeMap<>();
    if (Files.isDirectory(CrdFiles.FOLDER)) {
      try (Stream<Path> paths = Files.list(CrdFiles.FOLDER)) {
        paths.forEach(path -> files.put(path.getFileName().toString(), CrdFiles.read(path)));
      }
    }
    return files;
  }

  private static void write(Map<String, String> generated, Map<String, String> committed)
      throws IOException {
    Files.createDirectories(CrdFiles.FOLDER);
    for (String stale : committed.keySet()) {
      Files.delete(CrdFiles.FOLDER.resolve(stale));
    }
    for (Map.Entry<String, String> file : generated.entrySet()) {
      Files.writeString(CrdFiles.FOLDER.resolve(file.getKey()), file.getValue());
    }
  }
}
