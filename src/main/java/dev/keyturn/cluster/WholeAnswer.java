package dev.keyturn.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.jspecify.annotations.Nullable;

/** The object as the API server answers it, and no page of a proxy with status 200. */
final class WholeAnswer {
  private static final String MESSAGE = "what it answers is no object that was written";

  private WholeAnswer() {}

  /**
   * @throws KubernetesClientException where there is no object, or one that is not stored anywhere
   */
  static <R extends HasMetadata> R of(@Nullable R answer) {
    if (answer == null || answer.getMetadata() == null || answer.getMetadata().getUid() == null) {
      throw new KubernetesClientException(
          MESSAGE, 0, new StatusBuilder().withMessage(MESSAGE).build());
    }
    return answer;
  }
}
