package dev.keyturn.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A valid manifest, changed so that the API server refuses it. */
record RefusedCase(String name, ObjectNode manifest, String answer) {
  static RefusedCase of(JsonNode entry) {
    String kind = entry.path("kind").asText("ExternalSecret");
    return new RefusedCase(
        entry.get("case").asText(),
        (ObjectNode) Manifests.merge(valid(kind), entry.get("patch")),
        entry.get("answer").asText());
  }

  static ObjectNode valid(String kind) {
    return Manifests.read(
        kind.equals("ExternalSecret")
            ? "{apiVersion: keyturn.dev/v1, kind: ExternalSecret, metadata: {name: a}, spec:"
                + " {secretStoreRef: {name: aws}, data: [{secretKey: a, remoteRef: {key: b}}]}}"
            : "{apiVersion: keyturn.dev/v1, kind: "
                + kind
                + ", metadata: {name: a}, spec: {provider: {aws: {service: SecretsManager, region:"
                + " eu-central-1}}}}");
  }

  @Override
  public String toString() {
    return name;
  }
}
