package dev.keyturn.cluster;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ListMeta;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Reads a list object by object: whoever wants little of each never holds more than one. The
 * client's own lists hold all objects of a page, each five times as large as its JSON.
 */
final class StreamedLists {
  static final String WHOLE = "application/json";

  /** Servers that have no such thing answer with whole objects. */
  static final String METADATA_ONLY =
      "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json";

  /** Objects of a page. */
  static final int PAGE = 250;

  private static final JsonFactory JSON =
      TotalReading.json().disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
  private static final ObjectMapper MAPPER = mapper();

  private final KubernetesClient client;

  StreamedLists(KubernetesClient client) {
    this.client = client;
  }

  private static ObjectMapper mapper() {
    ObjectMapper mapper = new ObjectMapper();
    new KubernetesSerialization(mapper, false);
    return mapper;
  }

  /**
   * All pages, one after the other.
   *
   * @param path below the API server's address
   * @param query without limit and continuation
   * @param accept how much of each
   * @throws KubernetesClientException as the API server answers
   */
  <T> void each(
      String path, Map<String, String> query, String accept, Class<T> type, Consumer<T> taker) {
    Optional<String> from = Optional.of("");
    while (from.isPresent()) {
      Map<String, String> page = new TreeMap<>(query);
      page.put("limit", Integer.toString(PAGE));
      from.filter(it -> !it.isEmpty()).ifPresent(it -> page.put("continue", it));
      from = page(request(path, page, accept), type, taker);
    }
  }

  private HttpRequest request(String path, Map<String, String> query, String accept) {
    StringBuilder uri = new StringBuilder(client.getMasterUrl().toString()).append(path);
    char separator = '?';
    for (Map.Entry<String, String> it : query.entrySet()) {
      uri.append(separator)
          .append(it.getKey())
          .append('=')
          .append(URLEncoder.encode(it.getValue(), StandardCharsets.UTF_8));
      separator = '&';
    }
    return client
        .getHttpClient()
        .newHttpRequestBuilder()
        .uri(uri.toString())
        .setHeader("Accept", accept)
        .timeout(client.getConfiguration().getRequestTimeout(), TimeUnit.MILLISECONDS)
        .build();
  }

  /**
   * @return where the next page begins; empty: that was the last
   */
  private <T> Optional<String> page(HttpRequest request, Class<T> type, Consumer<T> taker) {
    try {
      HttpResponse<InputStream> answer =
          client.getHttpClient().sendAsync(request, InputStream.class).join();
      return answer.isSuccessful()
          ? items(answer.body(), type, taker)
          : refused(request, answer.code(), answer.body());
    } catch (CompletionException e) {
      throw unanswered(request, Optional.ofNullable(e.getCause()).orElse(e));
    } catch (IOException e) {
      throw unanswered(request, e);
    }
  }

  /** Closed only where it is not read to its end: that costs the connection. */
  private static <T> Optional<String> items(InputStream body, Class<T> type, Consumer<T> taker)
      throws IOException {
    boolean whole = false;
    try {
      JsonParser json = JSON.createParser(body);
      Optional<String> next = items(json, type, taker);
      whole = json.nextToken() == null;
      return next;
    } finally {
      if (!whole) {
        body.close();
      }
    }
  }

  private static <T> Optional<String> items(JsonParser json, Class<T> type, Consumer<T> taker)
      throws IOException {
    Optional<String> next = Optional.empty();
    json.nextToken();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      if (field.equals("items") && json.currentToken() == JsonToken.START_ARRAY) {
        while (json.nextToken() == JsonToken.START_OBJECT) {
          taker.accept(MAPPER.readValue(json, type));
        }
      } else if (field.equals("metadata") && json.currentToken() == JsonToken.START_OBJECT) {
        next = Optional.ofNullable(MAPPER.readValue(json, ListMeta.class).getContinue());
      } else {
        json.skipChildren();
      }
    }
    return next.filter(it -> !it.isEmpty());
  }

  private Optional<String> refused(HttpRequest request, int code, InputStream body)
      throws IOException {
    Optional<Status> status = Optional.empty();
    try (body) {
      status =
          Optional.ofNullable(client.getKubernetesSerialization().unmarshal(body, Status.class));
    } catch (RuntimeException e) {
      // Then it is a proxy's page that answers.
    }
    throw new KubernetesClientException(
        "GET " + request.uri().getPath() + ": HTTP " + code, code, status.orElse(null));
  }

  private static KubernetesClientException unanswered(HttpRequest request, Throwable why) {
    return why instanceof KubernetesClientException told
        ? told
        : new KubernetesClientException("GET " + request.uri().getPath() + " failed", why);
  }
}
