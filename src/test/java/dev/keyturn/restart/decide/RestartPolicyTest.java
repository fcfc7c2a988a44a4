package dev.keyturn.restart.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.ops.Settings.Restart.DefaultPolicy;
import dev.keyturn.restart.decide.Subject.Consent;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestartPolicyTest {
  private static RestartPolicy policy(DefaultPolicy defaultPolicy, String metadata, String rest) {
    return RestartPolicy.of(
        Serialization.unmarshal(
            """
            ---
            apiVersion: keyturn.dev/v1
            kind: ExternalSecret
            metadata: {name: db, namespace: shop%s}
            %s
            """
                .formatted(metadata, rest),
            ExternalSecret.class),
        defaultPolicy);
  }

  @ParameterizedTest(name = "{0}, {1}, {2}: unsaid {3}, consent {4}")
  @CsvSource({
    "Auto, Owner, '', true, true",
    "OptIn, Owner, '', false, true",
    "None, Owner, '', false, false",
    "None, Owner, Auto, true, true",
    "Auto, Owner, OptIn, false, true",
    "Auto, Owner, None, false, false",
    "Auto, Merge, '', false, true",
    "Auto, None, '', false, false",
    "Auto, CreateOrMerge, '', true, true",
  })
  void says_which_workloads_count(
      DefaultPolicy byDefault, String creation, String policy, boolean unsaid, boolean consent) {
    RestartPolicy it =
        policy(
            byDefault,
            "",
            "spec: {target: {creationPolicy: %s}%s}"
                .formatted(
                    creation, policy.isEmpty() ? "" : ", restart: {policy: " + policy + "}"));
    assertThat(it.concerns(Consent.UNSAID)).isEqualTo(unsaid);
    assertThat(it.concerns(Consent.GIVEN)).isEqualTo(consent);
  }

  @ParameterizedTest(name = "{0} after {1}: {2}")
  @CsvSource({"'', '', false", "a, '', true", "a, a, false", "b, a, true"})
  void an_annotation_of_a_person_counts_until_it_was_obeyed(
      String annotation, String obeyed, boolean counts) {
    RestartPolicy it =
        policy(
            DefaultPolicy.Auto,
            annotation.isEmpty()
                ? ""
                : ", annotations: {keyturn.dev/restart-now: %1$s, keyturn.dev/restart-resume: %1$s}"
                    .formatted(annotation),
            "spec: {}\n"
                + (obeyed.isEmpty()
                    ? ""
                    : "status: {restart: {state: Idle, restartedNow: %1$s, resumed: %1$s}}"
                        .formatted(obeyed)));
    assertThat(it.restartNow()).isEqualTo(counts);
    assertThat(it.resume()).isEqualTo(counts);
  }

  @Test
  void another_annotation_is_none_of_these() {
    RestartPolicy it =
        policy(DefaultPolicy.Auto, ", annotations: {keyturn.dev/force-sync: a}", "spec: {}");
    assertThat(it.restartNow()).isFalse();
    assertThat(it.resume()).isFalse();
  }

  @Test
  void nobody_settles_in_less_than_a_second() {
    assertThat(new Scene.Policy().with(it -> it.settle = Duration.ofMillis(999)).build().settle())
        .isEqualTo(Duration.ofSeconds(1));
    assertThat(new Scene.Policy().with(it -> it.settle = Duration.ofMillis(1001)).build().settle())
        .isEqualTo(Duration.ofMillis(1001));
  }

  @Test
  void marks_that_are_taken_back_keep_when_and_how_long() {
    Marks marks =
        new Marks(
            java.util.Map.of("db", Scene.CHANGED),
            java.util.Optional.of(Scene.CHANGED),
            java.util.Optional.of(Duration.ofMinutes(1)));
    assertThat(marks.takenBack())
        .isEqualTo(new Marks(java.util.Map.of(), marks.restartedAt(), marks.interval()));
    assertThat(new Scene().subject().marked(marks).marks()).isEqualTo(marks);
  }
}
