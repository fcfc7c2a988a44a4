package dev.keyturn.sync;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretSpec;
import dev.keyturn.cluster.SecretView;
import dev.keyturn.source.KeyedHash;
import io.fabric8.kubernetes.api.model.FieldsV1Builder;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntryBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** ExternalSecrets and live Secrets as unit tests need them. */
public final class Secrets {
  public static final KeyedHash HASH = new KeyedHash("k1", new byte[32]);
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private Secrets() {}

  /** {@code shop/db} with UID {@code uid}. */
  public static ExternalSecret externalSecret(String spec, Map<String, String> annotations) {
    ExternalSecret resource = new ExternalSecret();
    resource.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace("shop")
            .withName("db")
            .withUid("uid")
            .withResourceVersion("7")
            .withGeneration(1L)
            .withAnnotations(annotations)
            .build());
    try {
      resource.setSpec(
          YAML.readValue("secretStoreRef: {name: aws}\n" + spec, ExternalSecretSpec.class));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return resource;
  }

  public static Live live() {
    return new Live("Opaque", false, "", null, Map.of(), Map.of());
  }

  /** The Secret {@code shop/db}. */
  public record Live(
      String type,
      boolean isTerminating,
      String owner,
      @Nullable OwnerReference controller,
      Map<String, String> data,
      Map<String, String> held) {

    public Live type(String other) {
      return new Live(other, isTerminating, owner, controller, data, held);
    }

    public Live terminating() {
      return new Live(type, true, owner, controller, data, held);
    }

    /** With our label and the owner's name. */
    public Live managedBy(String name) {
      return new Live(type, isTerminating, name, controller, data, held);
    }

    public Live controller(String apiVersion, String name, String uid) {
      OwnerReference reference =
          new OwnerReferenceBuilder()
              .withApiVersion(apiVersion)
              .withKind(apiVersion.startsWith("apps/") ? "Deployment" : "ExternalSecret")
              .withName(name)
              .withUid(uid)
              .withController(true)
              .build();
      return new Live(type, isTerminating, owner, reference, data, held);
    }

    public Live data(Map<String, String> texts) {
      return new Live(type, isTerminating, owner, controller, texts, held);
    }

    /**
     * With keys that other ExternalSecrets have written.
     *
     * @param keys by the UID of who wrote it
     */
    public Live held(Map<String, String> keys) {
      Map<String, String> texts = new HashMap<>(data);
      keys.values().forEach(key -> texts.put(key, "theirs"));
      return new Live(type, isTerminating, owner, controller, texts, keys);
    }

    public SecretView view() {
      ObjectMetaBuilder metadata =
          new ObjectMetaBuilder()
              .withNamespace("shop")
              .withName("db")
              .withUid("secret-uid")
              .withResourceVersion("5")
              .withDeletionTimestamp(isTerminating ? "2026-11-24T10:00:00Z" : null)
              .withOwnerReferences(controller == null ? List.of() : List.of(controller));
      held.forEach(
          (uid, key) ->
              metadata.addToManagedFields(
                  new ManagedFieldsEntryBuilder()
                      .withManager("keyturn/" + uid)
                      .withTime("2026-11-24T10:00:00Z")
                      .withFieldsV1(
                          new FieldsV1Builder()
                              .addToAdditionalProperties("f:data", Map.of("f:" + key, Map.of()))
                              .build())
                      .build()));
      if (!owner.isEmpty()) {
        metadata
            .addToLabels("keyturn.dev/managed", "true")
            .addToAnnotations("keyturn.dev/owner", owner);
      }
      Map<String, String> encoded = new HashMap<>();
      data.forEach(
          (key, text) ->
              encoded.put(
                  key,
                  Base64.getEncoder()
                      .encodeToString(text.getBytes(java.nio.charset.StandardCharsets.UTF_8))));
      return SecretView.of(
          new SecretBuilder()
              .withMetadata(metadata.build())
              .withType(type)
              .withData(encoded)
              .build(),
          HASH);
    }

    @Override
    public String toString() {
      return type + " " + owner + " " + held;
    }
  }
}
