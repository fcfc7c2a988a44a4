package dev.keyturn.api;

/** Annotations that we write or obey. */
public final class Annotations {
  private Annotations() {}

  /** The domain of all our marks; nobody's template may set one. */
  public static final String DOMAIN = "keyturn.dev/";

  /** On a Secret: the name of the ExternalSecret that writes it. */
  public static final String OWNER = DOMAIN + "owner";

  /**
   * On an ExternalSecret: {@code "true"} takes over the Secret of an ExternalSecret of External
   * Secrets Operator that has the same name, if its bytes are equal; {@code "overwrite"} takes over
   * a Secret of nobody though it holds keys that are removed by that.
   */
  public static final String ADOPT = DOMAIN + "adopt";

  /** On an ExternalSecret: any new value syncs at once, whatever the interval. */
  public static final String FORCE_SYNC = DOMAIN + "force-sync";

  /** What External Secrets Operator's users set to have a resource synced at once. */
  public static final String ESO_FORCE_SYNC = "force-sync";

  /**
   * On a workload or namespace: {@code "false"} never restarts. On a workload {@code "true"} opts
   * in, and restarts it even if it cannot roll without downtime.
   */
  public static final String RESTART = DOMAIN + "restart";

  /** On a workload: a number; lower waves restart first. */
  public static final String RESTART_WAVE = DOMAIN + "restart-wave";

  /**
   * On a workload: names of Secrets, with commas between them, that it reads in other ways than by
   * the references of its pod template.
   */
  public static final String RESTART_FOR = DOMAIN + "restart-for";

  /**
   * On an Argo Rollout: {@code "rollout"} restarts it by a changed template, so that the steps and
   * the analysis of its strategy judge the new content; {@code "restart"}, the default, by its
   * {@code restartAt}, which replaces every pod at once.
   */
  public static final String ROLLOUT_STRATEGY = DOMAIN + "rollout-strategy";

  /** On an ExternalSecret: any new value restarts outside its windows. */
  public static final String RESTART_NOW = DOMAIN + "restart-now";

  /** On an ExternalSecret: any new value goes on after a halt. */
  public static final String RESTART_RESUME = DOMAIN + "restart-resume";

  /**
   * On a pod template and the pods that inherit it: JSON, Secret name to the time of the change
   * that the restart was for.
   */
  public static final String RESTARTED_FOR = DOMAIN + "restarted-for";

  /** On a pod template: when we restarted it, for people. */
  public static final String RESTARTED_AT = DOMAIN + "restarted-at";

  /** On a pod template: how long we leave it alone after that, doubling while restarts recur. */
  public static final String RESTART_INTERVAL = DOMAIN + "restart-interval";
}
