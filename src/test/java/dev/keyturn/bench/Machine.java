package dev.keyturn.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the numbers were measured on. */
final class Machine {
  private Machine() {}

  static String describe() throws IOException {
    String cpu =
        Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 2))
            .findFirst()
            .orElse(System.getProperty("os.arch"));
    return "%d × %s, Java %s"
        .formatted(Runtime.getRuntime().availableProcessors(), cpu, Runtime.version().toString());
  }

  /** Runnable processes, averaged over a minute: what else it has to do. */
  static String load() throws IOException {
    return Files.readString(Path.of("/proc/loadavg")).split(" ", -1)[0];
  }
}
