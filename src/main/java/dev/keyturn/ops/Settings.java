package dev.keyturn.ops;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Every setting of the operator, {@code keyturn.*} or {@code KEYTURN_*}. */
@ConfigMapping(prefix = "keyturn")
public interface Settings {

  /**
   * Namespace the operator runs in: holds its hash key and its lease, and is never written to
   * otherwise.
   */
  @WithDefault("keyturn")
  String namespace();

  /** Whether ExternalSecrets may write into the operator's own namespace. */
  @WithDefault("false")
  boolean allowOwnNamespace();

  /** Class of stores this operator serves; stores of another class are left alone. */
  @WithDefault("")
  Optional<String> controllerClass();

  /** Reconciles at a time. */
  @WithDefault("50")
  int reconcilers();

  Leader leader();

  Stores stores();

  Events events();

  Watch watch();

  Restart restart();

  /** Leader election. */
  interface Leader {
    /** Off for a single process run by hand. */
    @WithDefault("false")
    boolean election();

    /** Name in the lease; the pod's name in a cluster. */
    Optional<String> identity();
  }

  /** Tenancy. */
  interface Stores {
    /** Whether a namespaced store without {@code auth} may use the operator's own AWS identity. */
    @WithDefault("false")
    boolean allowOperatorIdentity();

    /** Whether a namespaced store may name its own endpoints. */
    @WithDefault("false")
    boolean allowCustomEndpoints();
  }

  /** Change events from EventBridge through SQS. */
  interface Events {
    /** Queues to long-poll; none: polling alone. */
    Optional<List<String>> queueUrls();
  }

  /** Following referenced objects and stages. */
  interface Watch {
    /** Referenced objects followed by a watch each; more are read again after 5 minutes. */
    @WithDefault("500")
    int maxObjects();

    /** Shortest {@code refreshInterval} that is honoured. */
    @WithDefault("5s")
    Duration minInterval();
  }

  /** Restarting of workloads. */
  interface Restart {
    /** What goes for ExternalSecrets without {@code restart.policy}. */
    @WithDefault("Auto")
    DefaultPolicy defaultPolicy();

    /** Workloads of the whole cluster that roll out at a time because of us; 0: as many as may. */
    @WithDefault("0")
    int maxRollouts();

    /** Of the whole cluster. */
    enum DefaultPolicy {
      Auto,
      OptIn,
      None
    }
  }
}
