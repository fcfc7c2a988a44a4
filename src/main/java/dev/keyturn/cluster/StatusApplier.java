package dev.keyturn.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.Optional;

/**
 * Writes a status by server-side apply. Not by the operator framework, whose filter for its own
 * status writes can drop an edit of somebody else that lands while the write is under way.
 */
public final class StatusApplier {
  private final KubernetesClient client;

  public StatusApplier(KubernetesClient client) {
    this.client = client;
  }

  /**
   * @param fresh holds name, namespace, uid and the fields of the status that {@code manager} owns
   * @return what was written; empty if somebody has deleted the object meanwhile
   */
  public <T extends HasMetadata> Optional<T> apply(T fresh, String manager) {
    PatchContext apply =
        new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(manager)
            .withForce(true)
            .build();
    try {
      return Optional.of(client.resource(fresh).subresource("status").patch(apply));
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
