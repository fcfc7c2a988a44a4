package dev.keyturn.render;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Asks real Go (src/test/go/oracle) what a template, a JSON path or a regular expression yields.
 * The program is built once per version of its source, into a cache outside the tree.
 */
public final class GoOracle implements AutoCloseable {

  private static final Path SOURCE = Path.of("src", "test", "go", "oracle");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final BufferedWriter questions;
  private final BufferedReader answers;

  /** What Go said: bytes, or that it failed. */
  public sealed interface Answer {
    /**
     * It worked. Each char of the two strings is one byte. {@code exists} and the raw JSON are of
     * the JSON path operation only.
     */
    record Output(String latin1, boolean exists, String rawLatin1) implements Answer {
      public byte[] bytes() {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
      }

      public byte[] raw() {
        return rawLatin1.getBytes(StandardCharsets.ISO_8859_1);
      }

      public String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
      }
    }

    /** It failed, in Go's words. */
    record Failure(String message) implements Answer {}
  }

  private GoOracle(Process process) {
    this.process = process;
    this.questions =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    this.answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Builds the program if this version of it is not in the cache, and starts it. */
  public static GoOracle start() {
    try {
      ProcessBuilder builder = new ProcessBuilder(binary().toString());
      builder.environment().clear();
      builder.environment().put("TZ", "UTC");
      builder.redirectError(ProcessBuilder.Redirect.INHERIT);
      return new GoOracle(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Renders a template as External Secrets Operator would: data are strings by key. */
  public Answer template(byte[] text, Map<String, byte[]> data) {
    ObjectNode question = JSON.createObjectNode().put("op", "template").put("text", text);
    ObjectNode values = question.putObject("data");
    data.forEach(values::put);
    return ask(question);
  }

  /** {@code tidwall/gjson}: the text that a path selects, whether it exists, and its raw JSON. */
  public Answer gjson(byte[] json, String path) {
    return ask(
        JSON.createObjectNode()
            .put("op", "gjson")
            .put("json", json)
            .put("path", path.getBytes(StandardCharsets.UTF_8)));
  }

  /** Go's {@code regexp.ReplaceAll}. */
  public Answer regexReplace(String regex, String source, String target) {
    return ask(
        JSON.createObjectNode()
            .put("op", "regexReplace")
            .put("regex", regex.getBytes(StandardCharsets.UTF_8))
            .put("source", source.getBytes(StandardCharsets.UTF_8))
            .put("target", target.getBytes(StandardCharsets.UTF_8)));
  }

  /** Go's {@code regexp.Match}; the answer is in {@code exists}. */
  public Answer regexMatch(String regex, String source) {
    return ask(
        JSON.createObjectNode()
            .put("op", "regexMatch")
            .put("regex", regex.getBytes(StandardCharsets.UTF_8))
            .put("source", source.getBytes(StandardCharsets.UTF_8)));
  }

  /** The JSON of a YAML map of strings, as the keys and values of a template are read. */
  public Answer yamlMap(byte[] yaml) {
    return ask(JSON.createObjectNode().put("op", "yamlMap").put("text", yaml));
  }

  private synchronized Answer ask(ObjectNode question) {
    try {
      questions.write(JSON.writeValueAsString(question));
      questions.newLine();
      questions.flush();
      String line = answers.readLine();
      if (line == null) {
        throw new IllegalStateException("the Go oracle ended; its last words are on stderr");
      }
      JsonNode answer = JSON.readTree(line);
      if (!answer.path("ok").asBoolean()) {
        return new Answer.Failure(answer.path("error").asText());
      }
      return new Answer.Output(
          latin1(answer.path("out")),
          answer.path("exists").asBoolean(),
          latin1(answer.path("raw")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String latin1(JsonNode node) throws IOException {
    return new String(
        Optional.ofNullable(node.binaryValue()).orElse(new byte[0]), StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() {
    process.destroy();
  }

  /** One thread at a time: within one JVM a second file lock throws in place of waiting. */
  private static synchronized Path binary() throws IOException {
    Path folder = cache().resolve("oracle-" + hashOfSources());
    Path binary = folder.resolve("oracle");
    Files.createDirectories(folder);
    // Several test runs may want it at the same time; the lock makes the others wait for one build.
    try (FileChannel channel =
            FileChannel.open(
                folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var _ = channel.lock()) {
      if (!Files.isExecutable(binary)) {
        build(folder, binary);
      }
    }
    return binary;
  }

  private static void build(Path folder, Path binary) throws IOException {
    System.err.println("Building the Go oracle (once, about half a minute) into " + folder);
    Path unfinished = folder.resolve("oracle.unfinished");
    ProcessBuilder builder =
        new ProcessBuilder("go", "build", "-trimpath", "-o", unfinished.toString(), ".");
    builder.directory(SOURCE.toFile());
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.to(folder.resolve("build.log").toFile()));
    try {
      int code = builder.start().waitFor();
      if (code != 0) {
        throw new IOException("go build failed:\n" + Files.readString(folder.resolve("build.log")));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while Go built the oracle", e);
    }
    Files.move(unfinished, binary, StandardCopyOption.ATOMIC_MOVE);
  }

  private static Path cache() {
    Map<String, String> environment = System.getenv();
    String own = environment.get("KEYTURN_CACHE");
    if (own != null) {
      return Path.of(own).toAbsolutePath();
    }
    String shared = environment.get("XDG_CACHE_HOME");
    Path base =
        shared != null ? Path.of(shared) : Path.of(System.getProperty("user.home"), ".cache");
    return base.resolve("keyturn").toAbsolutePath();
  }

  private static String hashOfSources() throws IOException {
    TreeMap<String, byte[]> sources = new TreeMap<>();
    try (var files = Files.list(SOURCE)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        sources.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      sources.forEach(
          (name, bytes) -> {
            digest.update(name.getBytes(StandardCharsets.UTF_8));
            digest.update(bytes);
          });
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
