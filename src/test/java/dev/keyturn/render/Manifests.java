package dev.keyturn.render;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretSpec;
import dev.keyturn.api.StoreKind;
import dev.keyturn.source.Answer;
import dev.keyturn.source.Find;
import dev.keyturn.source.SecretRef;
import dev.keyturn.source.SecretValue;
import dev.keyturn.source.Service;
import dev.keyturn.source.SourceFailure;
import dev.keyturn.testbed.ProcessorTime;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Manifests as a user writes them, and the answers of a store to them. */
final class Manifests {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  static final StoreName STORE = new StoreName(StoreKind.SECRET_STORE, "aws");

  private Manifests() {}

  /** An ExternalSecret of the given spec; the store is named {@code aws} if the spec names none. */
  static ExternalSecret manifest(String spec) {
    String whole = spec.contains("secretStoreRef") ? spec : "secretStoreRef: {name: aws}\n" + spec;
    ExternalSecret manifest = new ExternalSecret();
    manifest.setMetadata(new ObjectMetaBuilder().withName("shop").withNamespace("team").build());
    try {
      manifest.setSpec(YAML.readValue(whole, ExternalSecretSpec.class));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return manifest;
  }

  static Plan plan(String spec) {
    return good(SpecReader.read(manifest(spec)));
  }

  static <T> T good(Checked<T> outcome) {
    return switch (outcome) {
      case Checked.Good<T>(T value) -> value;
      case Checked.Refused<T>(RenderFailure failure) -> throw new AssertionError(failure.message());
    };
  }

  static <T> String refusal(Checked<T> outcome) {
    return switch (outcome) {
      case Checked.Good<T> _ -> throw new AssertionError("not refused");
      case Checked.Refused<T>(RenderFailure failure) -> failure.message();
    };
  }

  static SourceFailure gone(String key) {
    return new SourceFailure.NotFound(key, "ResourceNotFoundException", "create it");
  }

  /** One manifest, one store, its answers. */
  static final class Scene {
    private final ExternalSecret manifest;
    private final Map<String, Answer<SecretValue>> answers = new HashMap<>();
    private final Map<TemplateSource, Map<String, byte[]>> templates = new HashMap<>();
    private Answer<List<String>> names = Answer.found(List.of());

    private Scene(ExternalSecret manifest) {
      this.manifest = manifest;
    }

    static Scene of(String spec) {
      return new Scene(Manifests.manifest(spec));
    }

    ExternalSecret manifest() {
      return manifest;
    }

    Scene secret(String key, String text) {
      return secret(key, text.getBytes(UTF_8));
    }

    Scene secret(String key, byte[] bytes) {
      return secret(key, "v1", bytes);
    }

    Scene secret(String key, String version, byte[] bytes) {
      answers.put(
          key,
          Answer.found(
              new SecretValue(
                  key,
                  "arn:aws:secretsmanager:eu-west-1:1:secret:" + key + "-abcdef",
                  version,
                  Set.of("AWSCURRENT"),
                  bytes)));
      return this;
    }

    Scene fails(String key, SourceFailure failure) {
      answers.put(key, Answer.failed(failure));
      return this;
    }

    Scene find(List<String> found) {
      names = Answer.found(found);
      return this;
    }

    Scene findFails(SourceFailure failure) {
      names = Answer.failed(failure);
      return this;
    }

    Scene configMap(String name, String key, String template) {
      templates
          .computeIfAbsent(
              new TemplateSource(TemplateSource.Kind.CONFIG_MAP, name), _ -> new TreeMap<>())
          .put(key, template.getBytes(UTF_8));
      return this;
    }

    Scene templateSecret(String name, String key, String template) {
      templates
          .computeIfAbsent(
              new TemplateSource(TemplateSource.Kind.SECRET, name), _ -> new TreeMap<>())
          .put(key, template.getBytes(UTF_8));
      return this;
    }

    Plan plan() {
      return good(SpecReader.read(manifest));
    }

    Request request() {
      return good(
          Request.of(
              plan(), Map.of(STORE, new StoreView(Service.SECRETS_MANAGER, new Prefix("")))));
    }

    Fetched fetched() {
      Map<SecretRef, Answer<SecretValue>> values = new HashMap<>();
      request().refs(STORE).forEach(ref -> answer(ref, values));
      Map<Find, Answer<List<String>>> found = new HashMap<>();
      for (Find find : request().finds(STORE)) {
        found.put(find, names);
        if (names instanceof Answer.Found<List<String>>(List<String> matching)) {
          Request.refs(find, matching).forEach(ref -> answer(ref, values));
        }
      }
      return new Fetched(Map.of(STORE, values), Map.of(STORE, found));
    }

    private void answer(SecretRef ref, Map<SecretRef, Answer<SecretValue>> values) {
      values.put(ref, answers.getOrDefault(ref.key(), Answer.failed(gone(ref.key()))));
    }

    TemplateSources templates() {
      return new TemplateSources(templates);
    }

    Rendered render() {
      return renderer().render(plan(), request(), fetched(), templates());
    }

    /** As it is tried on the thread of whoever asks. */
    Optional<Rendered> quick() {
      return renderer().renderQuickly(plan(), request(), fetched(), templates());
    }

    private static Renderer renderer() {
      return new Renderer(
          () -> Instant.EPOCH, ProcessorTime::nanos, ProcessorTime::nanos, new SecureRandom());
    }

    SecretData done() {
      return switch (render()) {
        case Rendered.Done(SecretData data, _) -> data;
        case Rendered.Failed(RenderFailure failure) -> throw new AssertionError(failure.message());
        case Rendered.Gone gone -> throw new AssertionError(gone);
        case Rendered.Kept kept -> throw new AssertionError(kept);
        case Rendered.Unread unread -> throw new AssertionError(unread);
      };
    }

    Map<String, String> data() {
      Map<String, String> texts = new TreeMap<>();
      done().data().forEach((key, value) -> texts.put(key, new String(value, UTF_8)));
      return texts;
    }

    String failure() {
      return render() instanceof Rendered.Failed(RenderFailure failure)
          ? failure.message()
          : "it rendered";
    }
  }
}
