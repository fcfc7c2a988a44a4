package dev.keyturn.bench;

import dev.keyturn.testbed.TestCluster;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@link BareClient} as a process, with the JVM options of the chart. */
final class BareProcess implements AutoCloseable {
  private static final Path LOG = Path.of("target/bench/bare-client.log");

  private final Process process;
  private final BufferedWriter input;
  private final BufferedReader output;

  private BareProcess(Process process) {
    this.process = process;
    this.input = process.outputWriter(StandardCharsets.UTF_8);
    this.output = process.inputReader(StandardCharsets.UTF_8);
  }

  static BareProcess start(TestCluster cluster, World world, Path example, int count)
      throws IOException, InterruptedException {
    List<String> command = OperatorProcess.java();
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            BareClient.class.getName(),
            cluster.kubeconfig().toString(),
            example.toString(),
            Integer.toString(count)));
    command.addAll(world.namespaces());
    BareProcess started =
        new BareProcess(new ProcessBuilder(command).redirectError(LOG.toFile()).start());
    TimeUnit.SECONDS.sleep(3);
    return started;
  }

  /** Seconds. */
  double round() throws IOException {
    input.write("go\n");
    input.flush();
    String said = output.readLine();
    if (said == null) {
      throw new IllegalStateException("the bare client failed, see " + LOG);
    }
    return Long.parseLong(said) / 1000.0;
  }

  @Override
  public void close() {
    process.destroy();
  }
}
