package dev.keyturn.sync.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.AwsProvider;
import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreEndpointsTest {
  private static AwsProvider.Endpoints ssm(String endpoint) {
    return new AwsProvider.Endpoints(null, endpoint, null);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"https://h/a|b", "https://my_host", "https://h/a b", "https://h/%zz", "https://"})
  void what_is_a_url_to_the_api_server_alone_is_told_by_its_field(String endpoint) {
    assertThat(StoreEndpoints.unusable(ssm(endpoint)))
        .hasValueSatisfying(
            message ->
                assertThat(message)
                    .startsWith("has provider.aws.endpoints.ssm, which is no URL of a host: "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://h", "http://127.0.0.1:4566", "https://[::1]:8443/path"})
  void the_usual_ones_are_used(String endpoint) {
    assertThat(StoreEndpoints.unusable(ssm(endpoint))).isEmpty();
    assertThat(StoreEndpoints.of(ssm(endpoint)).ssm()).contains(URI.create(endpoint));
  }
}
