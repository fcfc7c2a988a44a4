package dev.keyturn.bench;

import dev.keyturn.testbed.OperatorHome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The shipped jar as a process, with the JVM options and the memory limit of the chart. */
final class OperatorProcess implements AutoCloseable {
  private static final Path JAR = Path.of("target/quarkus-app/quarkus-run.jar");
  private static final Path VALUES = Path.of("helm/keyturn/values.yaml");
  private static final Pattern LISTENS = Pattern.compile("Listening on: (http://[\\w.:]+)");
  private static final double TICKS = 100;

  private final Process process;
  private final Path log;
  private final Duration start;

  private OperatorProcess(Process process, Path log, Duration start) {
    this.process = process;
    this.log = log;
    this.start = start;
  }

  static OperatorProcess start(OperatorHome home, AwsFake aws, String name)
      throws IOException, InterruptedException {
    Path log = Files.createDirectories(Path.of("target/bench")).resolve(name + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command(name)).redirectErrorStream(true).redirectOutput(log.toFile());
    Map<String, String> environment = builder.environment();
    environment
        .keySet()
        .removeIf(
            it -> it.startsWith("AWS_") || it.startsWith("KEYTURN_") || it.startsWith("JAVA_TOOL"));
    environment.putAll(
        Map.of(
            "KUBECONFIG",
            home.kubeconfig().toString(),
            "KEYTURN_NAMESPACE",
            home.namespace(),
            "KEYTURN_LEADER_ELECTION",
            "true",
            "KEYTURN_EVENTS_QUEUE_URLS",
            aws.queueUrl(),
            // Any that is free at the moment it listens; its log says which.
            "QUARKUS_HTTP_PORT",
            "0",
            "AWS_ENDPOINT_URL",
            aws.endpoint().toString(),
            "AWS_REGION",
            FakeSecrets.REGION,
            "AWS_ACCESS_KEY_ID",
            "AKIABENCH",
            "AWS_SECRET_ACCESS_KEY",
            "bench"));
    long began = System.nanoTime();
    Process process = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    OperatorProcess started = new OperatorProcess(process, log, Duration.ZERO);
    started.awaitReady();
    return new OperatorProcess(process, log, Duration.ofNanos(System.nanoTime() - began));
  }

  /** {@code -Dbench.jvm} adds options, such as a flight recording's. */
  private static List<String> command(String name) throws IOException {
    if (!Files.exists(JAR)) {
      throw new IllegalStateException(
          "the operator is not packaged: run ./mvnw package -DskipTests -DskipITs first");
    }
    List<String> command = java();
    String more = System.getProperty("bench.jvm", "").replace("NAME", name);
    if (!more.isBlank()) {
      command.addAll(List.of(more.split(" ", -1)));
    }
    command.addAll(List.of("-jar", JAR.toString()));
    return command;
  }

  /** A JVM with what the chart gives it. */
  static List<String> java() throws IOException {
    String values = Files.readString(VALUES);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:MaxRAM=" + only(values, "limits:\\s+memory: (\\d+)Mi") + "m");
    command.addAll(List.of(only(values, "\\njavaOptions: (.*)").split(" ", -1)));
    return command;
  }

  private static String only(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    if (!matcher.find()) {
      throw new IllegalStateException(VALUES + " has no " + pattern);
    }
    return matcher.group(1);
  }

  private void awaitReady() throws InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (int i = 0; i < 1800 && process.isAlive(); i++) {
        try {
          Matcher listens = LISTENS.matcher(Files.readString(log));
          if (listens.find()) {
            HttpRequest ready =
                HttpRequest.newBuilder(URI.create(listens.group(1) + "/q/health/ready")).build();
            if (client.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
              return;
            }
          }
        } catch (IOException e) {
          // Not listening yet.
        }
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
    process.destroyForcibly();
    throw new IllegalStateException("the operator did not become ready, see " + log);
  }

  /** From the start of the process until it said that it is ready. */
  Duration startTook() {
    return start;
  }

  /** CPU seconds so far, user and system. */
  double cpu() {
    String stat = read("stat");
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS;
  }

  double rssMib() {
    return number("VmRSS") / 1024.0;
  }

  long threads() {
    return number("Threads");
  }

  /** What is in use after a full collection. */
  double liveHeapMib() throws IOException, InterruptedException {
    var _ = jcmd("GC.run");
    return heapMib();
  }

  /** What is in use, garbage included. */
  double heapMib() throws IOException, InterruptedException {
    Matcher used = Pattern.compile("used (\\d+)K").matcher(jcmd("GC.heap_info"));
    long kib = 0;
    while (used.find()) {
      kib += Long.parseLong(used.group(1));
    }
    return kib / 1024.0;
  }

  String jcmd(String command) throws IOException, InterruptedException {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(process.pid()),
                command)
            .redirectErrorStream(true)
            .start();
    String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    var _ = jcmd.waitFor();
    return said;
  }

  boolean alive() {
    return process.isAlive();
  }

  private long number(String field) {
    Matcher matcher = Pattern.compile(field + ":\\s+(\\d+)").matcher(read("status"));
    if (!matcher.find()) {
      throw new IllegalStateException("no " + field + " of process " + process.pid());
    }
    return Long.parseLong(matcher.group(1));
  }

  private String read(String file) {
    try {
      return Files.readString(Path.of("/proc/" + process.pid() + "/" + file));
    } catch (IOException e) {
      throw new UncheckedIOException("the operator is gone, see " + log, e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
