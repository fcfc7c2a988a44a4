package dev.keyturn.restart;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.cluster.Namespaces;
import dev.keyturn.cluster.SecretViews;
import dev.keyturn.cluster.UnreadableObjects;
import dev.keyturn.ops.Settings;
import dev.keyturn.source.KeyedHash;
import dev.keyturn.testbed.Eventually;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** The restart reconciler alone in an operator of its own; the test plays the sync reconciler. */
final class RestartBed implements AutoCloseable {
  private final KubernetesClient client;
  private final Namespaces namespaces;
  private final SecretViews secrets;
  private final MeterRegistry meters;
  private final Operator operator;

  private RestartBed(
      KubernetesClient client,
      Namespaces namespaces,
      SecretViews secrets,
      MeterRegistry meters,
      Operator operator) {
    this.client = client;
    this.namespaces = namespaces;
    this.secrets = secrets;
    this.meters = meters;
    this.operator = operator;
  }

  static RestartBed start(KubernetesClient client, Clock clock) {
    return start(client, clock, settings());
  }

  static RestartBed start(KubernetesClient client, Clock clock, Settings settings) {
    Namespaces namespaces = new Namespaces(client);
    MeterRegistry meters = new SimpleMeterRegistry();
    SecretViews secrets = secrets(client, meters);
    return start(
        client,
        namespaces,
        secrets,
        meters,
        List.of(new RestartReconciler(client, namespaces, secrets, clock, settings, meters)));
  }

  static RestartBed start(
      KubernetesClient client, List<? extends Reconciler<ExternalSecret>> reconcilers) {
    MeterRegistry meters = new SimpleMeterRegistry();
    return start(client, new Namespaces(client), secrets(client, meters), meters, reconcilers);
  }

  private static SecretViews secrets(KubernetesClient client, MeterRegistry meters) {
    return new SecretViews(client, new KeyedHash("k", new byte[32]), new UnreadableObjects(meters));
  }

  private static RestartBed start(
      KubernetesClient client,
      Namespaces namespaces,
      SecretViews secrets,
      MeterRegistry meters,
      List<? extends Reconciler<ExternalSecret>> reconcilers) {
    installCrds(client);
    Operator operator =
        new Operator(
            settings -> settings.withKubernetesClient(client).withCloseClientOnStop(false));
    reconcilers.forEach(operator::register);
    try {
      namespaces.start();
      secrets.start();
    } catch (InterruptedException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
    operator.start();
    return new RestartBed(client, namespaces, secrets, meters, operator);
  }

  MeterRegistry meters() {
    return meters;
  }

  static Settings settings() {
    return settings(Map.of());
  }

  static Settings settings(Map<String, String> values) {
    return new SmallRyeConfigBuilder()
        .withDefaultValues(values)
        .withMapping(Settings.class)
        .withConverter(Duration.class, 200, new DurationConverter())
        .build()
        .getConfigMapping(Settings.class);
  }

  static synchronized void installCrds(KubernetesClient admin) {
    try (Stream<Path> files = Files.list(Path.of("crds"))) {
      files
          .map(file -> admin.load(read(file)).items())
          .flatMap(List::stream)
          .forEach(
              it -> {
                admin.resource(it).forceConflicts().serverSideApply();
                Eventually.isTrue(
                    "the CRD is established",
                    () -> isEstablished(admin.resource((CustomResourceDefinition) it).get()));
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isEstablished(CustomResourceDefinition it) {
    return it != null
        && it.getStatus() != null
        && it.getStatus().getConditions() != null
        && it.getStatus().getConditions().stream()
            .anyMatch(
                condition ->
                    condition.getType().equals("Established")
                        && condition.getStatus().equals("True"));
  }

  private static java.io.InputStream read(Path file) {
    try {
      return Files.newInputStream(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    operator.stop();
    secrets.stop();
    namespaces.stop();
  }

  /** The sync reconciler's word that these keys changed at this time. */
  static void changed(
      KubernetesClient client, String namespace, String name, Instant at, String... keys) {
    Map<String, Object> changes = new TreeMap<>();
    changes.put("*", at.toString());
    for (String key : keys) {
      changes.put(key, at.toString());
    }
    record(client, namespace, name, changes);
  }

  static void record(
      KubernetesClient client, String namespace, String name, Map<String, Object> changes) {
    content(client, namespace, name, Map.of("hash", "k:h", "changes", changes));
  }

  /** The sync reconciler's word that it made the Secret at this time. */
  void created(String namespace, String name, Instant at) {
    content(client, namespace, name, Map.of("hash", "k:h", "created", at.toString()));
  }

  private static void content(
      KubernetesClient client, String namespace, String name, Map<String, Object> content) {
    Resource<ExternalSecret> resource =
        client.resources(ExternalSecret.class).inNamespace(namespace).withName(name);
    Map<String, String> binding = Map.of("name", resource.get().targetName());
    String patch =
        io.fabric8.kubernetes.client.utils.Serialization.asJson(
            Map.of("status", Map.of("content", content, "binding", binding)));
    resource.subresource("status").patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }

  void changed(String namespace, String name, Instant at, String... keys) {
    changed(client, namespace, name, at, keys);
  }

  static Instant thisSecond() {
    return Clock.systemUTC().instant().truncatedTo(ChronoUnit.SECONDS);
  }
}
