package dev.keyturn.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.RealCluster;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.Test;

@RealCluster
class NamespaceGoneIT {

  @Test
  void a_namespace_that_ends_refuses_what_is_new(KubernetesClient client, Namespace namespace) {
    String name = namespace.getMetadata().getName();
    ConfigMap last = configMap(name, "last", "test.keyturn.dev/held");
    client.resource(last).create();
    client.resource(namespace).delete();
    Eventually.isTrue(
        "it is ending",
        () ->
            client.namespaces().withName(name).get().getMetadata().getDeletionTimestamp() != null);

    assertThat(NamespaceGone.refused(refusal(client, name))).isTrue();

    client
        .resource(last)
        .edit(it -> new ConfigMapBuilder(it).editMetadata().withFinalizers().endMetadata().build());
    Eventually.isTrue("it is gone", () -> client.namespaces().withName(name).get() == null);
    assertThat(NamespaceGone.refused(refusal(client, name))).isTrue();
  }

  @Test
  void another_refusal_is_none_of_a_namespace(KubernetesClient client, Namespace namespace) {
    assertThat(
            NamespaceGone.refused(
                catchThrowableOfType(
                    KubernetesClientException.class,
                    () ->
                        client
                            .resource(configMap(namespace.getMetadata().getName(), "No Name"))
                            .create())))
        .isFalse();
  }

  private static KubernetesClientException refusal(KubernetesClient client, String namespace) {
    return catchThrowableOfType(
        KubernetesClientException.class,
        () -> client.resource(configMap(namespace, "late")).create());
  }

  private static ConfigMap configMap(String namespace, String name, String... finalizers) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .withFinalizers(finalizers)
        .endMetadata()
        .build();
  }
}
