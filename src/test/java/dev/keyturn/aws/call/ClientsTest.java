package dev.keyturn.aws.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** One tenant writes many regions, and may write many endpoints. */
class ClientsTest {
  private final Clients clients = new Clients();

  @Test
  void nobody_loses_what_was_learnt_of_an_endpoint_to_made_up_regions_and_endpoints() {
    Endpoint region = clients.ssm("eu-central-1", Optional.empty()).endpoint();
    URI vpc = URI.create("https://vpce-1.ssm.eu-central-1.vpce.amazonaws.com");
    Endpoint private1 = clients.ssm("eu-central-1", Optional.of(vpc)).endpoint();
    for (int i = 0; i < 300; i++) {
      for (int times = 0; times < 3; times++) {
        Object _ = clients.ssm("xx-madeup-" + i, Optional.empty());
      }
    }
    assertThat(clients.ssm("eu-central-1", Optional.empty()).endpoint()).isSameAs(region);
    assertThat(clients.ssm("eu-central-1", Optional.of(vpc)).endpoint()).isSameAs(private1);
    for (int i = 0; i < 300; i++) {
      for (int times = 0; times < 3; times++) {
        Object _ =
            clients.ssm("eu-central-1", Optional.of(URI.create("https://h%d.test".formatted(i))));
      }
    }
    assertThat(clients.ssm("eu-central-1", Optional.empty()).endpoint()).isSameAs(region);
  }
}
