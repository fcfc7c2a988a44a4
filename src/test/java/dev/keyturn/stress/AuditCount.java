package dev.keyturn.stress;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A program of its own: counts, from the API server's audit log alone, the template patches that
 * each workload got, and compares them with the changes of the keys that it reads; then looks
 * whether each pod that runs in the end came of the last change.
 *
 * @param patches that were answered with success
 * @param missed workloads whose last change no patch names, and that were not created later
 * @param needless patches that name no change that happened
 * @param twice patches that say what an earlier one said
 * @param stale pods that do not name the last change, and were not created long enough after it
 */
public record AuditCount(
    int workloads,
    int changes,
    int patches,
    List<String> missed,
    List<String> needless,
    List<String> twice,
    List<String> stale) {
  private static final int SURE_SECONDS = 5;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RESTARTED_FOR = "keyturn.dev/restarted-for";

  /** A key of a Secret, {@code *} for all, at a time. */
  private record Change(String secret, String key, String at) {
    static Change of(String line) {
      String[] parts = line.split(" ", -1);
      return new Change(parts[0], parts[1], parts[2]);
    }

    boolean isReadBy(Map<String, List<String>> reads) {
      List<String> keys = reads.getOrDefault(secret, List.of());
      return keys.contains("*") || keys.contains(key);
    }
  }

  /**
   * Its arguments: the audit log, a namespace, a file of changes ({@code SECRET KEY TIME}), and the
   * pods that run in the end as kubectl prints them with {@code -o json}.
   */
  public static void main(String[] arguments) throws IOException {
    AuditCount count =
        of(Path.of(arguments[0]), arguments[1], Path.of(arguments[2]), Path.of(arguments[3]));
    System.out.println(count);
    System.exit(count.isClean() ? 0 : 1);
  }

  private boolean isClean() {
    return workloads > 0
        && patches > 0
        && Stream.of(missed, needless, twice, stale).allMatch(List::isEmpty);
  }

  private static AuditCount of(Path auditLog, String namespace, Path changeLog, Path pods)
      throws IOException {
    List<Change> changes = Files.readAllLines(changeLog).stream().map(Change::of).toList();
    Map<String, Map<String, List<String>>> reads = new TreeMap<>();
    Map<String, List<Map<String, String>>> patches = new TreeMap<>();
    try (Stream<String> lines = Files.lines(auditLog)) {
      lines
          .filter(line -> line.contains("\"" + namespace + "\""))
          .map(AuditCount::read)
          .filter(event -> concerns(event, namespace))
          .forEach(
              event -> {
                String name = event.at("/objectRef/name").asText();
                JsonNode template = event.at("/requestObject/spec/template");
                String asked = template.at("/metadata/annotations").path(RESTARTED_FOR).asText("");
                if (asked.isEmpty()) {
                  reads.putIfAbsent(name, readsOf(template.path("spec")));
                } else {
                  patches.computeIfAbsent(name, _ -> new ArrayList<>()).add(times(asked));
                }
              });
    }
    return count(changes, reads, patches, JSON.readTree(Files.readString(pods)).path("items"));
  }

  private static AuditCount count(
      List<Change> changes,
      Map<String, Map<String, List<String>>> reads,
      Map<String, List<Map<String, String>>> patches,
      JsonNode pods) {
    List<String> missed = new ArrayList<>();
    List<String> needless = new ArrayList<>();
    List<String> twice = new ArrayList<>();
    reads.forEach(
        (workload, secrets) -> {
          List<Change> relevant =
              changes.stream().filter(change -> change.isReadBy(secrets)).toList();
          List<Map<String, String>> got = patches.getOrDefault(workload, List.of());
          for (int i = 0; i < got.size(); i++) {
            Map<String, String> patch = got.get(i);
            if (!patch.entrySet().stream().allMatch(it -> happened(it, relevant))) {
              needless.add(workload + " " + patch);
            }
            if (got.subList(0, i).contains(patch)) {
              twice.add(workload + " " + patch);
            }
          }
          lastPerSecret(relevant)
              .forEach(
                  (secret, at) -> {
                    if (!isNamed(got, secret, at)) {
                      missed.add(workload + " " + secret + " " + at);
                    }
                  });
        });
    int all = patches.values().stream().mapToInt(List::size).sum();
    List<String> stale = new ArrayList<>();
    pods.forEach(
        pod -> {
          List<Change> relevant =
              changes.stream()
                  .filter(change -> change.isReadBy(readsOf(pod.path("spec"))))
                  .toList();
          lastPerSecret(relevant)
              .forEach(
                  (secret, at) -> {
                    if (!isFresh(pod, secret, Instant.parse(at))) {
                      stale.add(pod.at("/metadata/name").asText() + " " + secret + " " + at);
                    }
                  });
        });
    return new AuditCount(reads.size(), changes.size(), all, missed, needless, twice, stale);
  }

  private static boolean isFresh(JsonNode pod, String secret, Instant at) {
    String asked = pod.at("/metadata/annotations").path(RESTARTED_FOR).asText("{}");
    Instant created = Instant.parse(pod.at("/metadata/creationTimestamp").asText());
    return isNamed(List.of(times(asked)), secret, at.toString())
        || !created.isBefore(at.plusSeconds(SURE_SECONDS));
  }

  private static boolean happened(Map.Entry<String, String> named, List<Change> relevant) {
    return relevant.stream()
        .anyMatch(
            change ->
                change.secret().equals(named.getKey()) && change.at().equals(named.getValue()));
  }

  private static Map<String, String> lastPerSecret(List<Change> relevant) {
    Map<String, String> last = new TreeMap<>();
    relevant.forEach(change -> last.put(change.secret(), change.at()));
    return last;
  }

  private static boolean isNamed(List<Map<String, String>> patches, String secret, String at) {
    return patches.stream()
        .map(patch -> Optional.ofNullable(patch.get(secret)))
        .flatMap(Optional::stream)
        .anyMatch(named -> !Instant.parse(named).isBefore(Instant.parse(at)));
  }

  private static boolean concerns(JsonNode event, String namespace) {
    return event.path("stage").asText().equals("ResponseComplete")
        && event.at("/objectRef/namespace").asText().equals(namespace)
        && event.at("/objectRef/resource").asText().equals("deployments")
        && event.at("/objectRef/subresource").isMissingNode()
        && List.of("create", "patch").contains(event.path("verb").asText())
        && event.at("/responseStatus/code").asInt() < 300
        && event.at("/requestObject/spec/template").isObject();
  }

  private static Map<String, List<String>> readsOf(JsonNode spec) {
    Map<String, List<String>> reads = new TreeMap<>();
    spec.path("containers")
        .forEach(
            container -> {
              container
                  .path("envFrom")
                  .forEach(it -> add(reads, it.at("/secretRef/name").asText(), "*"));
              container
                  .path("env")
                  .forEach(
                      it -> {
                        JsonNode ref = it.at("/valueFrom/secretKeyRef");
                        add(reads, ref.path("name").asText(), ref.path("key").asText());
                      });
            });
    return reads;
  }

  private static void add(Map<String, List<String>> reads, String secret, String key) {
    reads.computeIfAbsent(secret, _ -> new ArrayList<>()).add(key);
  }

  private static Map<String, String> times(String json) {
    Map<String, String> times = new TreeMap<>();
    read(json).properties().forEach(it -> times.put(it.getKey(), it.getValue().asText()));
    return times;
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return "%d workloads, %d changes, %d patches: missed %d, needless %d, twice %d, stale pods %d"
            .formatted(
                workloads,
                changes,
                patches,
                missed.size(),
                needless.size(),
                twice.size(),
                stale.size())
        + Stream.of(missed, needless, twice, stale)
            .flatMap(List::stream)
            .limit(10)
            .map(it -> System.lineSeparator() + "  " + it)
            .reduce("", String::concat);
  }
}
