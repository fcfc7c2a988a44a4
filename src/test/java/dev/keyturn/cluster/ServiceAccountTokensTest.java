package dev.keyturn.cluster;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import dev.keyturn.source.CredentialException;
import dev.keyturn.source.CredentialSubject.SecretKeyRef;
import dev.keyturn.source.CredentialSubject.StaticKeys;
import dev.keyturn.source.CredentialSubject.WebIdentity;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceAccountTokensTest {
  private static final WebIdentity WEB =
      new WebIdentity(
          "app", "reader", "uid", List.of("sts.amazonaws.com", "vault"), "role", "app=aws");
  private static final SecretKeyRef KEY = new SecretKeyRef("app", "aws", "id");
  private static final StaticKeys KEYS =
      new StaticKeys("store", "print", KEY, KEY, Optional.empty());

  private final WireMockServer server =
      new WireMockServer(WireMockConfiguration.options().dynamicPort().bindAddress("127.0.0.1"));
  private final KubernetesClient client = client();
  private final ServiceAccountTokens tokens = new ServiceAccountTokens(client);

  private KubernetesClient client() {
    server.start();
    return new KubernetesClientBuilder()
        .withConfig(
            new ConfigBuilder()
                .withMasterUrl("http://127.0.0.1:" + server.port())
                .withRequestRetryBackoffLimit(0)
                .build())
        .build();
  }

  @AfterEach
  void stop() {
    client.close();
    server.stop();
  }

  @ParameterizedTest(name = "HTTP {0} passes: {1}")
  @CsvSource({"403, false", "404, false", "429, true", "500, true", "503, true"})
  void what_the_api_server_cannot_do_now_wants_nobodys_doing(int status, boolean passes) {
    server.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(status)));
    CredentialException token =
        catchThrowableOfType(CredentialException.class, () -> tokens.mint(WEB));
    assertThat(token.isPassing()).isEqualTo(passes);
    assertThat(token.getMessage()).contains("app/reader", String.valueOf(status));
    if (status != 404) {
      CredentialException keys =
          catchThrowableOfType(CredentialException.class, () -> tokens.read(KEYS));
      assertThat(keys.isPassing()).isEqualTo(passes);
    }
  }

  @Test
  void a_token_is_for_all_audiences() throws CredentialException {
    server.stubFor(
        any(anyUrl())
            .willReturn(
                aResponse()
                    .withHeader("Content-Type", "application/json")
                    .withBody("{\"status\":{\"token\":\"a.b.c\"}}")));
    assertThat(tokens.mint(WEB)).isEqualTo("a.b.c");
    server.verify(
        postRequestedFor(anyUrl())
            .withRequestBody(
                equalToJson(
                    "{\"spec\":{\"audiences\":[\"sts.amazonaws.com\",\"vault\"]}}", true, true)));
  }
}
