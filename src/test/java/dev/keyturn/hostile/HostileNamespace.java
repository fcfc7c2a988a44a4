package dev.keyturn.hostile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Somebody with {@code edit} in one namespace who writes whatever the API server takes. */
public final class HostileNamespace {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, String> KINDS =
      Map.of("externalsecrets", "ExternalSecret", "secretstores", "SecretStore");

  private final KubernetesClient client;
  private final String namespace;
  private final Random random;
  private final Map<String, SchemaObjects> specs;
  private final OddValues values;
  private final int most;
  private final Deque<String> standing = new ArrayDeque<>();

  /** What became of what was offered, for the report: admitted, or the code of the refusal. */
  private final Map<String, Integer> answers = new TreeMap<>();

  private int offered;

  /**
   * @param most objects that stand at a time; the oldest go
   */
  public HostileNamespace(KubernetesClient client, String namespace, long seed, int most) {
    this.most = most;
    this.client = client;
    this.namespace = namespace;
    this.random = new Random(seed);
    this.values = new OddValues(random);
    this.specs =
        Map.of(
            "externalsecrets", new SchemaObjects(random, "externalsecrets.keyturn.dev.yaml"),
            "secretstores", new SchemaObjects(random, "secretstores.keyturn.dev.yaml"));
  }

  /** A new object, or another spec for one that is there. */
  public void write() {
    String plural = random.nextInt(5) == 0 ? "secretstores" : "externalsecrets";
    boolean edit = !standing.isEmpty() && random.nextInt(3) == 0;
    String path = edit ? anyStanding() : path(plural) + "/generated-" + ++offered;
    String kind = plural(path);
    ObjectNode object = JSON.createObjectNode();
    object.put("apiVersion", "keyturn.dev/v1").put("kind", KINDS.get(kind));
    object.set("metadata", values.metadata(path.substring(path.lastIndexOf('/') + 1)));
    object.set("spec", specs.get(kind).spec());
    String answer = edit ? edit(path, object) : send(path(kind), "POST", object);
    answers.merge(kind + (edit ? " edited: " : " created: ") + answer, 1, Integer::sum);
    if (!edit && answer.equals("admitted")) {
      standing.add(path);
    }
    while (standing.size() > most) {
      delete(standing.remove());
    }
  }

  private String path(String plural) {
    return "/apis/keyturn.dev/v1/namespaces/%s/%s".formatted(namespace, plural);
  }

  private static String plural(String path) {
    return KINDS.keySet().stream().filter(it -> path.contains("/" + it)).findFirst().orElseThrow();
  }

  private String anyStanding() {
    return standing.stream().skip(random.nextInt(standing.size())).findFirst().orElseThrow();
  }

  /** The metadata stays, with the version that is edited. */
  private String edit(String path, ObjectNode object) {
    try {
      String stands = client.raw(path);
      if (stands == null) {
        // Its owner does not exist: the garbage collector was quicker.
        return "gone";
      }
      ObjectNode edited = (ObjectNode) JSON.readTree(stands);
      edited.set("spec", object.get("spec"));
      return send(path, "PUT", edited);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String send(String path, String verb, ObjectNode object) {
    try {
      var _ = client.raw(path, verb, object);
      return "admitted";
    } catch (KubernetesClientException e) {
      return Integer.toString(e.getCode());
    }
  }

  private void delete(String path) {
    try {
      // Whoever writes finalizers ends them.
      var _ = client.raw(path, "DELETE", null);
      var _ =
          client
              .genericKubernetesResources("keyturn.dev/v1", KINDS.get(plural(path)))
              .inNamespace(namespace)
              .withName(path.substring(path.lastIndexOf('/') + 1))
              .edit(
                  it -> {
                    it.getMetadata().setFinalizers(List.of());
                    return it;
                  });
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw e;
      }
    }
  }

  public void deleteAll() {
    standing.forEach(this::delete);
    standing.clear();
  }

  /** Names of admitted objects that no condition tells about, each with what it says instead. */
  public List<String> unanswered() {
    List<String> unanswered = new ArrayList<>();
    for (String plural : KINDS.keySet()) {
      for (JsonNode object : list(plural)) {
        if (!answered(object)) {
          unanswered.add(
              "%s/%s generation %s: %s"
                  .formatted(
                      plural,
                      object.at("/metadata/name").asText(),
                      object.at("/metadata/generation").asText(),
                      object.path("status")));
        }
      }
    }
    return unanswered;
  }

  /** How many of the ExternalSecrets here say what, by the reason of their condition. */
  public Map<String, Integer> reasons() {
    Map<String, Integer> reasons = new TreeMap<>();
    for (JsonNode object : list("externalsecrets")) {
      for (JsonNode condition : object.at("/status/conditions")) {
        if (condition.path("type").asText().equals("Ready")) {
          reasons.merge(condition.path("reason").asText(), 1, Integer::sum);
        }
      }
    }
    return reasons;
  }

  private JsonNode list(String plural) {
    try {
      return JSON.readTree(client.raw(path(plural))).path("items");
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean answered(JsonNode object) {
    if (!object.at("/spec/controller").asText().isEmpty()) {
      return true;
    }
    for (JsonNode condition : object.at("/status/conditions")) {
      if (condition.path("type").asText().equals("Ready")
          && condition.path("observedGeneration").asLong()
              == object.at("/metadata/generation").asLong()) {
        return true;
      }
    }
    return false;
  }

  /** How many creations and edits so far. */
  public int admitted() {
    return answers.entrySet().stream()
        .filter(it -> it.getKey().endsWith(": admitted"))
        .mapToInt(Map.Entry::getValue)
        .sum();
  }

  public Map<String, Integer> answers() {
    return answers;
  }
}
