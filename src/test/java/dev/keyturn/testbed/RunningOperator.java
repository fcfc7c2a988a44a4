package dev.keyturn.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The packaged operator as a process of its own, on {@link TestCluster}, with the rights that the
 * chart gives its ServiceAccount and no others. At most one runs, since two would both act; it is
 * kept from class to class as long as nobody asks for other settings.
 */
public final class RunningOperator {
  private static final Pattern LISTENS = Pattern.compile("Listening on: (http://[\\w.:]+)");
  private static @Nullable RunningOperator current;
  private static int starts;

  private final Map<String, String> settings;
  private final Home home;
  private final Path log;
  private final Process process;
  private final URI http;

  private RunningOperator(Map<String, String> settings, Home home) {
    this.settings = Map.copyOf(settings);
    this.home = home;
    this.log = OperatorHome.folder().resolve("operator-%d.log".formatted(++starts));
    this.process = launch();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    this.http = awaitReady();
  }

  /** What outlives a start: the installed chart, and the operator's own AWS account. */
  private record Home(OperatorHome installed, AwsAccount account) {
    static final Home SHARED =
        new Home(
            OperatorHome.install(TestCluster.shared()), Emulators.shared().newMinistackAccount());

    String namespace() {
      return installed.namespace();
    }
  }

  /** Reads from MiniStack as {@link #account}, unless a store says otherwise. */
  public static RunningOperator shared() {
    return with(Map.of());
  }

  /** The same with more environment, such as {@code KEYTURN_STORES_ALLOW_OPERATOR_IDENTITY}. */
  public static synchronized RunningOperator with(Map<String, String> settings) {
    var running = current;
    if (running != null && running.settings.equals(settings) && running.process.isAlive()) {
      return running;
    }
    none();
    running = new RunningOperator(settings, Home.SHARED);
    current = running;
    return running;
  }

  /** For tests that bring an operator of their own. */
  public static synchronized void none() {
    var running = current;
    if (running != null) {
      running.stop();
      current = null;
    }
  }

  /** As {@code kill -9} does; the next call of {@link #with} starts another one. */
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** As {@code kill -STOP}: it stands still, and its connections stay open. */
  public void freeze() {
    signal("STOP");
  }

  /** It goes on where it stood. */
  public void thaw() {
    signal("CONT");
  }

  private void signal(String name) {
    var _ = Command.run("", List.of("kill", "-" + name, Long.toString(process.pid())));
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** What it finds the API server by. */
  public static Path kubeconfig() {
    return Home.SHARED.installed().kubeconfig();
  }

  /** As a rollout does. */
  public void stop() {
    process.destroy();
    try {
      if (!process.waitFor(2, TimeUnit.MINUTES)) {
        kill();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      kill();
    }
  }

  /** Waits for it to end by itself. */
  public int exitCode() {
    return process.onExit().orTimeout(3, TimeUnit.MINUTES).join().exitValue();
  }

  public String namespace() {
    return home.namespace();
  }

  /** As the audit log names it. */
  public String user() {
    return home.installed().user();
  }

  /** What the operator's own identity may read. */
  public AwsAccount account() {
    return home.account();
  }

  /** All that it said since it started. */
  public String log() {
    return read(log);
  }

  public URI http() {
    return http;
  }

  private Process launch() {
    var jar = Launcher.projectRoot().resolve("target/quarkus-app/quarkus-run.jar");
    if (!Files.exists(jar)) {
      throw new IllegalStateException(
          "the operator is not packaged: run ./mvnw package -DskipTests -DskipITs first");
    }
    var builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-jar",
                jar.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    var environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("AWS_") || name.startsWith("KEYTURN_"));
    environment.putAll(
        new TreeMap<>(
            Map.of(
                "KUBECONFIG", home.installed().kubeconfig().toString(),
                "KEYTURN_NAMESPACE", home.namespace(),
                // Any that is free at the moment it listens; its log says which.
                "QUARKUS_HTTP_PORT", "0",
                "AWS_ENDPOINT_URL", home.account().endpoint().toString(),
                "AWS_REGION", AwsAccount.REGION.id(),
                "AWS_ACCESS_KEY_ID", home.account().credentials().accessKeyId(),
                "AWS_SECRET_ACCESS_KEY", home.account().credentials().secretAccessKey())));
    environment.putAll(settings);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException("the operator cannot be started", e);
    }
  }

  private URI awaitReady() {
    var listens = new AtomicReference<URI>();
    try (var client = HttpClient.newHttpClient()) {
      Eventually.isTrue(
          "it is ready, or has ended",
          () -> {
            if (!process.isAlive()) {
              return true;
            }
            var said = LISTENS.matcher(log());
            listens.set(URI.create(said.results().findFirst().orElseThrow().group(1)));
            var ready =
                HttpRequest.newBuilder(listens.get().resolve("/q/health/ready")).GET().build();
            return client.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
          });
      if (process.isAlive()) {
        return listens.get();
      }
      throw new IllegalStateException("the operator did not start:\n" + log());
    } catch (AssertionError e) {
      process.destroyForcibly();
      throw new IllegalStateException("the operator did not become ready:\n" + log(), e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return "operator " + process.pid() + " " + List.of(home.namespace(), settings);
  }
}
