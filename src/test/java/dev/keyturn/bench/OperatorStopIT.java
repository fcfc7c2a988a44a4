package dev.keyturn.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.testbed.Alone;
import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.RealCluster;
import dev.keyturn.testbed.RunningOperator;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.Namespace;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** SIGTERM, as a rollout sends it, while AWS is slow. */
@RealCluster
@Alone
class OperatorStopIT {
  private static final Duration SLOW = Duration.ofSeconds(4);

  private static final String SECRET = "read-while-stopping";

  private final AwsFake aws = new AwsFake(SLOW);

  @AfterEach
  void endTheOperatorThatReadsTheFake() {
    RunningOperator.none();
    aws.close();
  }

  @Test
  void what_is_being_written_is_finished_first(TestCluster cluster, Namespace namespace) {
    aws.rotate(SECRET);
    RunningOperator operator =
        RunningOperator.with(
            Map.of(
                "AWS_ENDPOINT_URL",
                aws.endpoint().toString(),
                "AWS_REGION",
                FakeSecrets.REGION,
                "KEYTURN_STORES_ALLOW_OPERATOR_IDENTITY",
                "true",
                // So that it leaves alone what other tests have in the cluster.
                "KEYTURN_CONTROLLER_CLASS",
                "stop"));
    String in = namespace.getMetadata().getName();
    var _ =
        cluster.kubectlWithInput(
            """
            apiVersion: keyturn.dev/v1
            kind: SecretStore
            metadata: {name: aws}
            spec: {controller: stop, provider: {aws: {service: SecretsManager, region: %s}}}
            ---
            apiVersion: keyturn.dev/v1
            kind: ExternalSecret
            metadata: {name: db}
            spec:
              secretStoreRef: {name: aws}
              data: [{secretKey: password, remoteRef: {key: %s}}]
            """
                .formatted(FakeSecrets.REGION, SECRET),
            "apply",
            "--server-side",
            "-n",
            in,
            "-f",
            "-");
    Eventually.isTrue("it reads", () -> aws.wasAskedFor(SECRET));
    operator.stop();
    var live = cluster.client().secrets().inNamespace(in).withName("db").get();
    assertThat(World.isRight(live, aws.secrets.value(SECRET))).isTrue();
    assertThat(operator.log()).doesNotContain("ERROR");
  }
}
