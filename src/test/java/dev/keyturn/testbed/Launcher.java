package dev.keyturn.testbed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs src/test/testbed/testbed, which ends with this JVM: its standard input is a pipe that we
 * never write to.
 */
final class Launcher {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Launcher() {}

  /**
   * Brings up a bed once per JVM, even if several class loaders (Quarkus has its own) ask for it,
   * and returns the line that it printed when it was ready.
   */
  static JsonNode once(String name, List<String> arguments) {
    var property = "keyturn.testbed." + name;
    synchronized (System.getProperties()) {
      var line = System.getProperty(property);
      if (line == null) {
        line = start(name, arguments).ready();
        System.setProperty(property, line);
      }
      try {
        return JSON.readTree(line);
      } catch (IOException e) {
        throw new UncheckedIOException("testbed printed: " + line, e);
      }
    }
  }

  /** One that may be taken down before this JVM ends. */
  record Bed(Process process, String ready) {
    void stop() {
      Launcher.stop(process);
    }
  }

  static Bed start(String name, List<String> arguments) {
    var root = projectRoot();
    var directory =
        root.resolve("target/testbed/%s-%d".formatted(name, ProcessHandle.current().pid()));
    var command = new ArrayList<String>();
    command.add(root.resolve("src/test/testbed/testbed").toString());
    command.addAll(arguments);
    command.addAll(List.of("--dir", directory.toString()));
    try {
      var process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(process)));
      var line = new BufferedReader(process.inputReader(StandardCharsets.UTF_8)).readLine();
      if (line == null) {
        throw new IllegalStateException(
            "the test bed did not come up; its words are above, its logs in "
                + directory.resolve("logs"));
      }
      return new Bed(process, line);
    } catch (IOException e) {
      throw new UncheckedIOException("the test bed cannot be started", e);
    }
  }

  private static void stop(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
    }
  }

  static Path projectRoot() {
    var directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve("src/test/testbed/testbed"))) {
      directory = directory.getParent();
      if (directory == null) {
        throw new IllegalStateException(
            "run the tests inside the source tree: src/test/testbed is not there");
      }
    }
    return directory;
  }
}
