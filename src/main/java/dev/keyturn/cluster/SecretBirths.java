package dev.keyturn.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/**
 * When Secrets came to be. Asks for their metadata alone, so that no value is read; see <a
 * href="https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables">API
 * Concepts</a>.
 */
public final class SecretBirths {
  private static final String METADATA_ONLY =
      "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
  private static final int OK = 200;

  private final KubernetesClient client;
  private final ObjectMapper json = new ObjectMapper();
  private final Cache<String, Instant> known =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(Duration.ofMinutes(10)).build();

  public SecretBirths(KubernetesClient client) {
    this.client = client;
  }

  /** Empty if there is no such Secret, or the API server does not say. */
  public Optional<Instant> of(String namespace, String name) {
    String path = "api/v1/namespaces/" + namespace + "/secrets/" + name;
    Optional<Instant> birth = Optional.ofNullable(known.getIfPresent(path)).or(() -> read(path));
    birth.ifPresent(at -> known.put(path, at));
    return birth;
  }

  private Optional<Instant> read(String path) {
    try {
      HttpResponse<String> answer =
          client
              .getHttpClient()
              .sendAsync(
                  client
                      .getHttpClient()
                      .newHttpRequestBuilder()
                      .uri(client.getMasterUrl().toString() + path)
                      .header("Accept", METADATA_ONLY)
                      .build(),
                  String.class)
              .join();
      if (answer.code() != OK) {
        return Optional.empty();
      }
      return Optional.of(json.readTree(answer.body()).at("/metadata/creationTimestamp").asText(""))
          .filter(text -> !text.isEmpty())
          .map(Instant::parse);
    } catch (CompletionException | JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
