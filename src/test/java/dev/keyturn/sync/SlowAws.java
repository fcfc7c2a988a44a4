package dev.keyturn.sync;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;

import com.github.tomakehurst.wiremock.WireMockServer;
import java.time.Duration;

/** Finds nothing, and takes its time for it. */
final class SlowAws implements AutoCloseable {
  static final String STORE = "slow";

  private final WireMockServer server =
      new WireMockServer(options().bindAddress("127.0.0.1").dynamicPort().containerThreads(100));

  SlowAws(Duration each) {
    server.start();
    server.stubFor(
        any(anyUrl())
            .willReturn(okJson("{\"SecretList\":[]}").withFixedDelay((int) each.toMillis())));
  }

  /** The store by which the bed's ExternalSecrets ask here. */
  void store(SyncBed bed) {
    bed.apply(
        """
        apiVersion: keyturn.dev/v1
        kind: SecretStore
        metadata: {name: %s}
        spec:
          provider:
            aws:
              service: SecretsManager
              region: eu-central-1
              endpoints: {secretsManager: "http://127.0.0.1:%d"}
              auth:
                secretRef:
                  accessKeyIDSecretRef: {name: aws-keys, key: id}
                  secretAccessKeySecretRef: {name: aws-keys, key: secret}
        """
            .formatted(STORE, server.port()));
  }

  int asked() {
    return server.getAllServeEvents().size();
  }

  @Override
  public void close() {
    server.stop();
  }
}
