package dev.keyturn.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;

/** An object as it is at this moment, by a list, since that is what we may do. */
final class LiveObject {
  private LiveObject() {}

  /** Nothing if it is gone, even if another has its name by now. */
  @SuppressWarnings("unchecked")
  static <T extends HasMetadata> Optional<T> of(KubernetesClient client, T known) {
    var all = client.resources((Class<T>) known.getClass());
    String namespace = known.getMetadata().getNamespace();
    return (namespace == null ? all : all.inNamespace(namespace))
        .withField("metadata.name", known.getMetadata().getName()).list().getItems().stream()
            .filter(live -> live.getMetadata().getUid().equals(known.getMetadata().getUid()))
            .findFirst();
  }
}
