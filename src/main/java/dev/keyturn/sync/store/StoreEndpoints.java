package dev.keyturn.sync.store;

import dev.keyturn.api.AwsProvider;
import dev.keyturn.source.EndpointOverrides;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The endpoints that a store names. What the API server takes for a URL need be none to Java. */
final class StoreEndpoints {
  private StoreEndpoints() {}

  /** What is wrong with one of them, after the name of the store. */
  static Optional<String> unusable(AwsProvider.@Nullable Endpoints endpoints) {
    return named(endpoints).entrySet().stream()
        .filter(endpoint -> uri(endpoint.getValue()).isEmpty())
        .map(
            endpoint ->
                "has provider.aws.endpoints.%s, which is no URL of a host: write https:// and a host name of letters, digits, '-' and '.', with no other signs after it than a path"
                    .formatted(endpoint.getKey()))
        .findFirst();
  }

  /** Only of those that are usable. */
  static EndpointOverrides of(AwsProvider.@Nullable Endpoints named) {
    return named == null
        ? EndpointOverrides.DEFAULT
        : new EndpointOverrides(uri(named.secretsManager()), uri(named.ssm()), uri(named.sts()));
  }

  private static Map<String, String> named(AwsProvider.@Nullable Endpoints endpoints) {
    Map<String, String> named = new TreeMap<>();
    if (endpoints != null) {
      put(named, "secretsManager", endpoints.secretsManager());
      put(named, "ssm", endpoints.ssm());
      put(named, "sts", endpoints.sts());
    }
    return named;
  }

  private static void put(Map<String, String> named, String field, @Nullable String endpoint) {
    if (endpoint != null) {
      named.put(field, endpoint);
    }
  }

  /** Without a host the SDK would fail at each request. */
  private static Optional<URI> uri(@Nullable String text) {
    try {
      return Optional.ofNullable(text == null ? null : new URI(text))
          .filter(uri -> uri.getHost() != null);
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }
}
