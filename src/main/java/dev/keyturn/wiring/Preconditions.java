package dev.keyturn.wiring;

import dev.keyturn.api.ClusterSecretStore;
import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.SecretStore;
import dev.keyturn.ops.Settings;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an installation may have forgotten, said in one line before anything starts. */
@ApplicationScoped
class Preconditions {
  private static final Logger LOG = LoggerFactory.getLogger(Preconditions.class);
  private static final ListOptions ONE = new ListOptionsBuilder().withLimit(1L).build();
  private static final List<Class<? extends HasMetadata>> KINDS =
      List.of(ExternalSecret.class, SecretStore.class, ClusterSecretStore.class);

  private final KubernetesClient client;
  private final Settings settings;

  Preconditions(KubernetesClient client, Settings settings) {
    this.client = client;
    this.settings = settings;
  }

  void check(@Observes @Priority(1) StartupEvent event) {
    unusable(settings)
        .or(() -> lacking(client, settings.namespace()))
        .ifPresent(
            what -> {
              LOG.error(what);
              Runtime.getRuntime().halt(1);
            });
  }

  static Optional<String> unusable(Settings settings) {
    return Stream.of(
            atLeast("keyturn.reconcilers", settings.reconcilers(), 1),
            atLeast("keyturn.watch.max-objects", settings.watch().maxObjects(), 0),
            atLeast("keyturn.restart.max-rollouts", settings.restart().maxRollouts(), 0))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<String> atLeast(String setting, int value, int least) {
    return value >= least
        ? Optional.empty()
        : Optional.of("%s is %d: set it to %d or more".formatted(setting, value, least));
  }

  /** Only what the API server says for sure; all else is tried again by those who need it. */
  static Optional<String> lacking(KubernetesClient client, String namespace) {
    return Stream.concat(
            Stream.<Supplier<Optional<String>>>of(() -> namespace(client, namespace)),
            KINDS.stream().map(kind -> () -> kind(client, kind)))
        .flatMap(check -> check.get().stream())
        .findFirst();
  }

  private static Optional<String> namespace(KubernetesClient client, String name) {
    return answer(
        "namespaces",
        () ->
            client.namespaces().withField("metadata.name", name).list().getItems().isEmpty()
                ? Optional.of(
                    "Namespace %s does not exist: create it, or set keyturn.namespace"
                        .formatted(name))
                : Optional.empty());
  }

  private static Optional<String> kind(KubernetesClient client, Class<? extends HasMetadata> kind) {
    return answer(
        HasMetadata.getFullResourceName(kind),
        () -> {
          client.resources(kind).inAnyNamespace().list(ONE);
          return Optional.empty();
        });
  }

  private static Optional<String> answer(String what, Supplier<Optional<String>> asked) {
    try {
      return asked.get();
    } catch (KubernetesClientException e) {
      return switch (e.getCode()) {
        case HttpURLConnection.HTTP_NOT_FOUND ->
            Optional.of("CRD %s is not in the cluster: apply crds/".formatted(what));
        case HttpURLConnection.HTTP_FORBIDDEN ->
            Optional.of(
                "The operator may not list %s: give it the ClusterRole of the chart"
                    .formatted(what));
        default -> Optional.empty();
      };
    }
  }
}
