package dev.keyturn.cluster;

/** A Kubernetes object that a spec names. */
public record ObjectRef(Kind kind, String namespace, String name) {
  public enum Kind {
    SERVICE_ACCOUNT,
    CONFIG_MAP,
    SECRET
  }
}
