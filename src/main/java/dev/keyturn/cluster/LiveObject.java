package dev.keyturn.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;

/** What has an object's name at this moment, by a list, since that is what we may do. */
final class LiveObject {
  private LiveObject() {}

  @SuppressWarnings("unchecked")
  static <T extends HasMetadata> Optional<T> named(KubernetesClient client, T like) {
    var all = client.resources((Class<T>) like.getClass());
    String namespace = like.getMetadata().getNamespace();
    return (namespace == null ? all : all.inNamespace(namespace))
        .withField("metadata.name", like.getMetadata().getName()).list().getItems().stream()
            .findFirst();
  }
}
