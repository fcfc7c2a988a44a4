package dev.keyturn.testbed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What the API server was asked by one user from some moment on. */
public final class AuditLog {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> READS = Set.of("get", "list", "watch");

  private final Path file;
  private final String user;
  private final long from;

  private AuditLog(Path file, String user, long from) {
    this.file = file;
    this.user = user;
    this.from = from;
  }

  /** Of all that the user asks from now on. */
  public static AuditLog fromNow(TestCluster cluster, String user) {
    try {
      return new AuditLog(cluster.auditLog(), user, Files.size(cluster.auditLog()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of all that the user asked since the cluster came up. */
  public static AuditLog fromTheStart(TestCluster cluster, String user) {
    return new AuditLog(cluster.auditLog(), user, 0);
  }

  /**
   * One request.
   *
   * @param resource with its subresource, such as {@code externalsecrets/status}
   */
  public record Request(
      String verb, String group, String resource, String namespace, String name, int code) {

    public boolean writes() {
      return !READS.contains(verb);
    }

    @Override
    public String toString() {
      return "%s %s%s %s/%s: %d"
          .formatted(verb, resource, group.isEmpty() ? "" : "." + group, namespace, name, code);
    }
  }

  public List<Request> requests() {
    try (Stream<String> lines = tail().lines()) {
      return lines
          .map(AuditLog::parse)
          .filter(event -> user(event).equals(user))
          .map(AuditLog::request)
          .toList();
    }
  }

  /** What it wrote into a namespace: everything but Events, which are lost on purpose. */
  public List<Request> writes(String namespace) {
    return requests().stream()
        .filter(request -> request.writes() && request.namespace().equals(namespace))
        .filter(request -> !request.resource().equals("events"))
        .toList();
  }

  /** Whole lines only: the last one may still be on its way, as one may have been at the start. */
  private String tail() {
    try (var channel = Files.newByteChannel(file)) {
      channel.position(Math.max(0, from - 1));
      var text =
          new String(
              java.nio.channels.Channels.newInputStream(channel).readAllBytes(),
              StandardCharsets.UTF_8);
      var begin = from == 0 ? 0 : text.indexOf('\n') + 1;
      return text.substring(begin, Math.max(begin, text.lastIndexOf('\n') + 1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode parse(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String user(JsonNode event) {
    var actsAs = event.path("impersonatedUser").path("username").asText();
    return actsAs.isEmpty() ? event.path("user").path("username").asText() : actsAs;
  }

  private static Request request(JsonNode event) {
    var object = event.path("objectRef");
    var subresource = object.path("subresource").asText();
    return new Request(
        event.path("verb").asText(),
        object.path("apiGroup").asText(),
        object.path("resource").asText() + (subresource.isEmpty() ? "" : "/" + subresource),
        object.path("namespace").asText(),
        object.path("name").asText(),
        event.path("responseStatus").path("code").asInt());
  }
}
