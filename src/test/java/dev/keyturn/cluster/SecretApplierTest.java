package dev.keyturn.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.Test;

/** What the API server says of a Secret, without what is in it. */
class SecretApplierTest {

  @Test
  void a_refused_value_is_told_by_field_and_reason() {
    Status status =
        new StatusBuilder()
            .withCode(422)
            .withReason("Invalid")
            .withMessage("data[a]: Invalid value: \"x: Aha hunter2\": must be short")
            .withNewDetails()
            .addNewCause("data[a]", "Invalid value: \"x: Aha hunter2\"", "FieldValueInvalid")
            .addNewCause("type", "hunter2", "FieldValueRequired")
            .endDetails()
            .build();
    assertThat(reason(422, status))
        .isEqualTo("data[a]: FieldValueInvalid, type: FieldValueRequired");
  }

  @Test
  void without_a_field_a_refused_value_is_told_by_its_reason() {
    Status status =
        new StatusBuilder().withCode(422).withReason("Invalid").withMessage("hunter2").build();
    assertThat(reason(422, status)).isEqualTo("Invalid");
  }

  @Test
  void who_may_not_do_what_is_told_in_full() {
    Status status =
        new StatusBuilder().withCode(403).withMessage("exceeded quota: secrets, used 5").build();
    assertThat(reason(403, status)).isEqualTo("exceeded quota: secrets, used 5");
  }

  @Test
  void nothing_that_follows_a_bad_value_is_told() {
    Status status =
        new StatusBuilder()
            .withCode(400)
            .withMessage("hook: Invalid value: \"a\\n: B hunter2\"")
            .build();
    assertThat(reason(400, status)).isEqualTo("hook: Invalid value");
  }

  private static String reason(int code, Status status) {
    return SecretApplier.reason(new KubernetesClientException("no", code, status));
  }
}
