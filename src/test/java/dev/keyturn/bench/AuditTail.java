package dev.keyturn.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The writes of one user as they come in, from the API server's audit log: nobody is asked. */
final class AuditTail {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final String user;
  private long position;

  AuditTail(Path file, String user) {
    this.file = file;
    this.user = "\"username\":\"%s\"".formatted(user);
    try {
      this.position = Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * One write that was answered.
   *
   * @param resource with its subresource, such as {@code externalsecrets/status}
   * @param at when it was answered
   */
  record Write(String verb, String resource, String namespace, String name, int code, Instant at) {
    boolean succeeded() {
      return code < 300;
    }

    String object() {
      return namespace + "/" + name;
    }
  }

  /** What came since the last call; Leases apart. */
  List<Write> next() {
    List<Write> writes = new ArrayList<>();
    for (String line : lines()) {
      if (line.contains(user)
          && !line.contains("\"verb\":\"get\"")
          && !line.contains("\"verb\":\"list\"")
          && !line.contains("\"verb\":\"watch\"")
          && !line.contains("\"resource\":\"leases\"")) {
        writes.add(write(line));
      }
    }
    return writes;
  }

  private List<String> lines() {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(channel.size() - position));
      channel.position(position);
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
      int end = bytes.position();
      while (end > 0 && bytes.get(end - 1) != '\n') {
        end--;
      }
      position += end;
      return new String(bytes.array(), 0, end, StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Write write(String line) {
    try {
      JsonNode event = JSON.readTree(line);
      JsonNode object = event.path("objectRef");
      String subresource = object.path("subresource").asText();
      return new Write(
          event.path("verb").asText(),
          object.path("resource").asText() + (subresource.isEmpty() ? "" : "/" + subresource),
          object.path("namespace").asText(),
          object.path("name").asText(),
          event.path("responseStatus").path("code").asInt(),
          Instant.parse(event.path("stageTimestamp").asText()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
