package dev.keyturn.restart;

/** What the tests apply. */
final class Manifests {
  private Manifests() {}

  /** Settles in a second, and whatever else the caller adds to {@code restart}. */
  static String externalSecret(String name, String secret, String restart) {
    return """
        apiVersion: keyturn.dev/v1
        kind: ExternalSecret
        metadata: {name: %s}
        spec:
          secretStoreRef: {name: aws}
          target: {name: %s}
          data: [{secretKey: password, remoteRef: {key: db}}]
          restart: {settle: 1s, minInterval: 1s%s}
        """
        .formatted(name, secret, restart.isEmpty() ? "" : ", " + restart);
  }

  static String environment(String secret, String key) {
    return "env: [{name: P, valueFrom: {secretKeyRef: {name: %s, key: %s}}}]"
        .formatted(secret, key);
  }

  static String wholeEnvironment(String secret) {
    return "envFrom: [{secretRef: {name: %s}}]".formatted(secret);
  }
}
