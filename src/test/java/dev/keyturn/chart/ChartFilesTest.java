package dev.keyturn.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ChartFilesTest {
  private static final Path SOURCE = Path.of("crds");
  private static final Path CHART = Path.of("helm/keyturn/crds");

  /** Writes the chart's copies anew when they differ, so that the cure is to commit them. */
  @Test
  void the_chart_carries_the_crds_of_the_source_tree() throws IOException {
    var wanted = files(SOURCE);
    var carried = files(CHART);
    if (!wanted.equals(carried)) {
      for (String file : carried.keySet()) {
        Files.delete(CHART.resolve(file));
      }
      for (Map.Entry<String, String> file : wanted.entrySet()) {
        Files.writeString(CHART.resolve(file.getKey()), file.getValue());
      }
      fail("%s differed from %s and was written anew: commit it and run again", CHART, SOURCE);
    }
  }

  /** Without it, what ends one thread in an OutOfMemoryError leaves a process that is half dead. */
  @Test
  void the_process_ends_when_its_memory_does() throws IOException {
    assertThat(Files.readAllLines(Path.of("helm/keyturn/values.yaml")))
        .filteredOn(line -> line.startsWith("javaOptions:"))
        .singleElement()
        .asString()
        .contains("-XX:+ExitOnOutOfMemoryError");
  }

  private static Map<String, String> files(Path folder) throws IOException {
    var files = new TreeMap<String, String>();
    try (Stream<Path> paths = Files.list(folder)) {
      for (Path path : paths.toList()) {
        files.put(path.getFileName().toString(), Files.readString(path));
      }
    }
    return files;
  }
}
