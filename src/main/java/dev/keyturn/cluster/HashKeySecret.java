package dev.keyturn.cluster;

import dev.keyturn.source.KeyedHash;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;

/**
 * The Secret with the operator's hash key. It is created once, by plain create, so that two
 * replicas that start together agree, and never by the chart, so that no upgrade replaces it.
 */
public final class HashKeySecret {
  public static final String NAME = "keyturn-hash-key";
  private static final String ID = "id";
  private static final String KEY = "key";

  private final KubernetesClient client;
  private final String namespace;

  public HashKeySecret(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /** Reads the key, creating it first where there is none. */
  public KeyedHash load() {
    Secret found = client.secrets().inNamespace(namespace).withName(NAME).get();
    return parse(found == null ? createOrRead() : found);
  }

  private Secret createOrRead() {
    try {
      return client.secrets().inNamespace(namespace).resource(fresh()).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        return client.secrets().inNamespace(namespace).withName(NAME).require();
      }
      throw e;
    }
  }

  private Secret fresh() {
    SecureRandom random = new SecureRandom();
    byte[] id = new byte[4];
    byte[] key = new byte[32];
    random.nextBytes(id);
    random.nextBytes(key);
    return new SecretBuilder()
        .withNewMetadata()
        .withName(NAME)
        .withNamespace(namespace)
        .endMetadata()
        .withType("Opaque")
        .addToStringData(ID, HexFormat.of().formatHex(id))
        .addToData(KEY, Base64.getEncoder().encodeToString(key))
        .build();
  }

  private KeyedHash parse(Secret secret) {
    Map<String, String> data = secret.getData() == null ? Map.of() : secret.getData();
    String id = data.get(ID);
    String key = data.get(KEY);
    if (id == null || key == null || Base64.getDecoder().decode(key).length < 32) {
      throw new IllegalStateException(
          "Secret %s/%s does not hold Keyturn's hash key (id, key): delete it, Keyturn makes a new one and restarts nothing"
              .formatted(namespace, NAME));
    }
    return new KeyedHash(
        new String(Base64.getDecoder().decode(id), java.nio.charset.StandardCharsets.UTF_8),
        Base64.getDecoder().decode(key));
  }
}
