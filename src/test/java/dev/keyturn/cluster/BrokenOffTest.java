package dev.keyturn.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.ClusterSecretStore;
import dev.keyturn.api.SecretStore;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BrokenOffTest {
  private static HasMetadata named(HasMetadata object, String namespace) {
    object.setMetadata(new ObjectMetaBuilder().withNamespace(namespace).withName("aws").build());
    return object;
  }

  private static String sentence(Exception why) {
    return BrokenOff.sentence(named(new SecretStore(), "shop"), "its check", why);
  }

  @Test
  void the_api_server_is_quoted_in_one_sentence() {
    assertThat(
            sentence(
                new KubernetesClientException(
                    new StatusBuilder()
                        .withCode(403)
                        .withReason("Forbidden")
                        .withMessage("secretstores \"aws\" is forbidden: no status today")
                        .build())))
        .isEqualTo(
            "SecretStore shop/aws: its check broke off and is tried again, ever less often: the"
                + " API server says: secretstores \"aws\" is forbidden: no status today");
    assertThat(sentence(new KubernetesClientException("patch", new IOException("reset"))))
        .endsWith("the API server says: it cannot be reached");
  }

  @Test
  void what_may_hold_a_value_is_told_by_its_class() {
    assertThat(sentence(new IllegalStateException("hunter2")))
        .endsWith(": java.lang.IllegalStateException")
        .doesNotContain("hunter2");
    assertThat(sentence(WatchNotStarted.of("Secret shop/db", new IOException("x"))))
        .endsWith(": the watch of Secret shop/db does not start");
    assertThat(
            sentence(
                WatchNotStarted.of(
                    "Secret shop/db",
                    new IllegalStateException(new KubernetesClientException("x", 403, null)))))
        .endsWith(": the watch of Secret shop/db does not start: HTTP 403");
  }

  @Test
  void what_is_in_no_namespace_is_named_without() {
    assertThat(
            BrokenOff.sentence(
                named(new ClusterSecretStore(), null), "its check", new IllegalStateException()))
        .startsWith("ClusterSecretStore aws: its check ");
  }

  @Test
  void it_is_told_the_first_time_and_then_ever_less_often() {
    assertThat(IntStream.range(0, 100).filter(BrokenOff::isDue))
        .containsExactly(0, 1, 2, 4, 8, 16, 32, 64);
  }
}
