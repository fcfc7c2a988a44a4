package dev.keyturn.render;

import dev.keyturn.api.StoreKind;

/** Names the store that an entry reads from. */
public record StoreName(StoreKind kind, String name) implements Comparable<StoreName> {

  /** {@code SecretStore/aws}. */
  @Override
  public String toString() {
    return switch (kind) {
          case SECRET_STORE -> "SecretStore/";
          case CLUSTER_SECRET_STORE -> "ClusterSecretStore/";
        }
        + name;
  }

  @Override
  public int compareTo(StoreName other) {
    return toString().compareTo(other.toString());
  }
}
