package dev.keyturn.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * What ends a reconcile that cannot say so in a status: a sentence of the log. Most of it is the
 * API server's no to that status. The framework, which would tell each time with a stack trace,
 * tries again.
 */
public final class BrokenOff {
  private static final Logger LOG = Logger.getLogger(BrokenOff.class);

  private BrokenOff() {}

  /**
   * Tells the first time, and then ever less often.
   *
   * @param what broke off, such as {@code its sync}
   * @param tries that failed before
   */
  public static void tell(HasMetadata resource, String what, int tries, Exception why) {
    if (isDue(tries) && !isRace(why)) {
      LOG.warn(sentence(resource, what, why));
    }
  }

  static boolean isDue(int tries) {
    return Integer.bitCount(tries) <= 1;
  }

  /** Somebody was faster: no trouble, if it happens once more it is tried once more. */
  private static boolean isRace(Exception why) {
    return why instanceof KubernetesClientException answer
        && answer.getCode() == HttpURLConnection.HTTP_CONFLICT;
  }

  static String sentence(HasMetadata resource, String what, Exception why) {
    return "%s %s%s: %s broke off and is tried again, ever less often: %s"
        .formatted(
            resource.getKind(),
            Optional.ofNullable(resource.getMetadata().getNamespace())
                .map(namespace -> namespace + "/")
                .orElse(""),
            resource.getMetadata().getName(),
            what,
            words(why));
  }

  /** What may hold a value is told by its class alone. */
  private static String words(Exception why) {
    return switch (why) {
      case KubernetesClientException answer ->
          "the API server says: " + SecretApplier.reason(answer);
      case WatchNotStarted watch -> watch.getMessage();
      default -> why.getClass().getName();
    };
  }
}
