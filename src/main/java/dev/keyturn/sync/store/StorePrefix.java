package dev.keyturn.sync.store;

import dev.keyturn.api.StoreKind;
import dev.keyturn.render.Prefix;
import java.util.regex.Pattern;

/** The prefix of a store, in which the namespace of a cluster store's user may stand. */
final class StorePrefix {
  private static final String NAMESPACE = "$(namespace)";

  /** What a namespace's name may go on with, or the end, after which everything may. */
  private static final Pattern OPEN_END =
      Pattern.compile("\\$\\(namespace\\)(?:[a-z0-9-]|\\$\\(namespace\\)|$)");

  static final String OPEN =
      "has no delimiter after $(namespace) in provider.aws.prefix, so that namespace dev would read"
          + " what belongs to dev2: write $(namespace)/";

  private StorePrefix() {}

  /**
   * @param namespace of the ExternalSecret; a SecretStore's prefix stays as it is written
   */
  static Prefix of(StoreKind kind, String written, String namespace) {
    return new Prefix(
        kind == StoreKind.CLUSTER_SECRET_STORE ? written.replace(NAMESPACE, namespace) : written);
  }

  /** Whether the prefix of one namespace may be the beginning of another's. */
  static boolean isOpen(StoreKind kind, String written) {
    return kind == StoreKind.CLUSTER_SECRET_STORE && OPEN_END.matcher(written).find();
  }
}
