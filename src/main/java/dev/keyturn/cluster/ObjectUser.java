package dev.keyturn.cluster;

/** A resource of ours whose spec names other objects; the namespace of a cluster store is empty. */
public record ObjectUser(Kind kind, String namespace, String name) {
  /** The kinds of ours. */
  public enum Kind {
    EXTERNAL_SECRET,
    SECRET_STORE,
    CLUSTER_SECRET_STORE
  }
}
