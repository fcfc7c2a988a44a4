package dev.keyturn.cluster;

import dev.keyturn.api.Abridgeable;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;

/** Reads again what the watch keeps only abridged. */
public final class WholeObjects {
  private final KubernetesClient client;

  public WholeObjects(KubernetesClient client) {
    this.client = client;
  }

  /**
   * The object itself unless it is abridged; nothing if it is gone, or another has its name.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException as the API server answers
   */
  public <T extends HasMetadata & Abridgeable<T>> Optional<T> of(T known) {
    return known.isAbridged() ? LiveObject.of(client, known) : Optional.of(known);
  }
}
