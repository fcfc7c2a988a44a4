package dev.keyturn.stress;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A program of its own: counts, from a watch alone, how many Deployments were short of pods at a
 * time because they were restarted for the same Secret. Its arguments: a kubeconfig, a namespace,
 * and how many may be. It counts until its standard input ends.
 */
public final class WatchCount implements ResourceEventHandler<Deployment> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RESTARTED_FOR = "keyturn.dev/restarted-for";

  /** By Deployment, what its template says; and for which Secrets it is short of pods. */
  private final Map<String, Map<String, String>> said = new HashMap<>();

  private final Map<String, Set<String>> downFor = new HashMap<>();
  private final Map<String, Integer> most = new TreeMap<>();
  private int rollouts;

  private WatchCount() {}

  public static void main(String[] arguments) throws IOException {
    var config = Config.fromKubeconfig(Files.readString(Path.of(arguments[0])));
    int limit = Integer.parseInt(arguments[2]);
    WatchCount count = new WatchCount();
    try (KubernetesClient client =
            new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new OkHttpClientFactory())
                .build();
        var _ = client.apps().deployments().inNamespace(arguments[1]).inform(count)) {
      while (System.in.read() >= 0) {}
    }
    System.out.println(count.inWords());
    System.exit(count.rollouts > 0 && count.mostOfAll() <= limit ? 0 : 1);
  }

  @Override
  public void onAdd(Deployment it) {
    look(it);
  }

  @Override
  public void onUpdate(Deployment before, Deployment it) {
    look(it);
  }

  @Override
  public void onDelete(Deployment it, boolean unknown) {}

  private synchronized void look(Deployment it) {
    String name = it.getMetadata().getName();
    Map<String, String> now = restartedFor(it);
    Map<String, String> before = Objects.requireNonNullElse(said.put(name, now), Map.of());
    if (!now.equals(before)) {
      rollouts++;
      Set<String> causes =
          now.entrySet().stream()
              .filter(entry -> !entry.getValue().equals(before.get(entry.getKey())))
              .map(Map.Entry::getKey)
              .collect(Collectors.toSet());
      downFor.merge(name, causes, WatchCount::both);
    }
    if (isWhole(it)) {
      downFor.remove(name);
    }
    downFor.values().stream()
        .flatMap(Set::stream)
        .collect(Collectors.groupingBy(secret -> secret, Collectors.summingInt(_ -> 1)))
        .forEach((secret, count) -> most.merge(secret, count, Math::max));
  }

  private static Set<String> both(Set<String> some, Set<String> more) {
    Set<String> both = new TreeSet<>(some);
    both.addAll(more);
    return both;
  }

  /** As {@code kubectl rollout status} sees it. */
  private static boolean isWhole(Deployment it) {
    int wanted = it.getSpec().getReplicas();
    var status = it.getStatus();
    return Objects.equals(status.getObservedGeneration(), it.getMetadata().getGeneration())
        && Objects.equals(status.getUpdatedReplicas(), wanted)
        && Objects.equals(status.getReplicas(), wanted)
        && Objects.equals(status.getAvailableReplicas(), wanted);
  }

  private static Map<String, String> restartedFor(Deployment it) {
    Map<String, String> times = new TreeMap<>();
    Optional.ofNullable(it.getSpec().getTemplate().getMetadata().getAnnotations())
        .map((Map<String, String> all) -> all.get(RESTARTED_FOR))
        .ifPresent(
            json ->
                read(json)
                    .properties()
                    .forEach(entry -> times.put(entry.getKey(), entry.getValue().asText())));
    return times;
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private int mostOfAll() {
    return most.values().stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  private synchronized String inWords() {
    return "%d restarts seen; at the most %d Deployments of a Secret at a time: %s"
        .formatted(rollouts, mostOfAll(), most);
  }
}
