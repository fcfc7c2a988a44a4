package dev.keyturn.cluster;

/** A Kubernetes object that a spec names. */
public record ObjectRef(Kind kind, String namespace, String name) {
  public enum Kind {
    SERVICE_ACCOUNT("ServiceAccount"),
    CONFIG_MAP("ConfigMap"),
    SECRET("Secret");

    private final String text;

    Kind(String text) {
      this.text = text;
    }
  }

  /** {@code ConfigMap shop/template}. */
  @Override
  public String toString() {
    return kind.text + " " + namespace + "/" + name;
  }
}
