package dev.keyturn.ops;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusDetails;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Collection;
import java.util.Optional;

/**
 * Whether something cannot be created because its namespace ends or has ended, which is no trouble:
 * what it would tell of ends, too ("Namespaces Walkthrough", Kubernetes documentation).
 */
public final class NamespaceGone {
  private static final String TERMINATING = "NamespaceTerminating";

  private NamespaceGone() {}

  public static boolean refused(KubernetesClientException refusal) {
    return refusal.getCode() == HttpURLConnection.HTTP_NOT_FOUND
        || Optional.ofNullable(refusal.getStatus())
            .map(Status::getDetails)
            .map(StatusDetails::getCauses)
            .stream()
            .flatMap(Collection::stream)
            .anyMatch(cause -> TERMINATING.equals(cause.getReason()));
  }
}
