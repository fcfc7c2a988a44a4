package dev.keyturn.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The two kinds of store. */
public enum StoreKind {
  @JsonProperty("SecretStore")
  SECRET_STORE,
  @JsonProperty("ClusterSecretStore")
  CLUSTER_SECRET_STORE
}
