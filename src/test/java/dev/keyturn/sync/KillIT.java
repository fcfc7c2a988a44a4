package dev.keyturn.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.testbed.AuditLog;
import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.RealCluster;
import dev.keyturn.testbed.RunningOperator;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/**
 * The operator dies, as of {@code kill -9}, somewhere between a change in AWS and the last
 * restarted pod. Whatever it had done by then, the next one ends in the same state, with one
 * restart.
 */
@RealCluster
class KillIT {
  /** All share the operator: one kills it at a time, and what comes before and after overlaps. */
  private static final Lock KILLING = new ReentrantLock();

  private SyncBed bed;
  private long generation;

  /** A Deployment runs on a Secret; both are at rest. */
  private void settled(TestCluster cluster, Namespace namespace) {
    bed = SyncBed.on(cluster, namespace);
    bed.secret("db", "{\"password\":\"one\",\"user\":\"u\"}");
    bed.extract("db", "db", "refreshInterval: 5s\nrestart: {settle: 1s}");
    bed.awaitReady("db");
    bed.apply(
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              containers:
                - {name: web, image: example/web, envFrom: [{secretRef: {name: db}}]}
        """);
    bed.kubectl("rollout", "status", "deployment/web", "--timeout=180s");
    generation = deployment().getMetadata().getGeneration();
  }

  private void change() {
    bed.change("db", "{\"password\":\"two\",\"user\":\"u\"}");
  }

  private void endsInOneRestart() {
    bed.awaitSecret("db", Map.of("password", "two", "user", "u"));
    Eventually.holds(
        () -> assertThat(deployment().getMetadata().getGeneration()).isGreaterThan(generation));
    bed.kubectl("rollout", "status", "deployment/web", "--timeout=180s");
    Eventually.holds(
        () -> {
          assertThat(bed.ready("db").isTrue()).isTrue();
          assertThat(bed.status("db").restart()).as("nothing is pending").isNull();
        });
    Instant changed = bed.status("db").content().changes().get("*");
    assertThat(deployment().getSpec().getTemplate().getMetadata().getAnnotations())
        .containsEntry("keyturn.dev/restarted-for", "{\"db\":\"%s\"}".formatted(changed));
    bed.settle();
    assertThat(deployment().getMetadata().getGeneration())
        .as("template generations: one restart, not two")
        .isEqualTo(generation + 1);
    assertThat(bed.status("db").content().changes().get("*")).isEqualTo(changed);
  }

  /** Does what ends in the operator's death, and starts the next one. */
  private void dies(Runnable way) {
    KILLING.lock();
    try {
      bed.operator = RunningOperator.shared();
      way.run();
      bed.crash();
    } finally {
      KILLING.unlock();
    }
  }

  @Test
  void before_it_has_read_anything(TestCluster cluster, Namespace namespace) {
    settled(cluster, namespace);
    dies(
        () -> {
          bed.operator.kill();
          change();
        });
    endsInOneRestart();

    AtomicReference<AuditLog> rest = new AtomicReference<>();
    dies(
        () -> {
          bed.operator.kill();
          rest.set(bed.audit());
        });
    bed.polls(1);
    assertThat(rest.get().writes(bed.namespace)).as("all is done already").isEmpty();
  }

  /** Who started meanwhile holds what somebody else wrote. */
  @Test
  void while_somebody_writes_another_value_for_some_time(TestCluster cluster, Namespace namespace) {
    settled(cluster, namespace);
    change();
    endsInOneRestart();
    Instant before = bed.status("db").content().changes().get("*");
    dies(
        () -> {
          bed.operator.kill();
          bed.kubectl(
              "patch", "secret/db", "--type=merge", "-p", "{\"data\":{\"password\":\"b2xk\"}}");
          bed.kubectl("delete", "pod", "-l", "app=web");
          Instant written = Instant.now();
          Eventually.holds(() -> assertThat(Instant.now()).isAfter(written.plusSeconds(12)));
        });
    generation++;
    endsInOneRestart();
    assertThat(bed.status("db").content().changes().get("*")).isAfter(before.plusSeconds(10));
    assertThat(bed.status("db").content().again()).isPresent();
  }

  @Test
  void when_the_secret_has_just_been_written(TestCluster cluster, Namespace namespace) {
    settled(cluster, namespace);
    dies(
        () ->
            killOn(
                client().secrets().inNamespace(bed.namespace).withName("db"),
                (Secret secret) -> SyncBed.texts(secret).get("password").equals("two")));
    endsInOneRestart();
  }

  @Test
  void when_the_secret_is_written_and_status_does_not_say_so(
      TestCluster cluster, Namespace namespace) {
    settled(cluster, namespace);
    refuseStatus("true");
    dies(
        () -> {
          change();
          bed.awaitSecret("db", Map.of("password", "two", "user", "u"));
          assertThat(bed.status("db").content().changes()).isEmpty();
          bed.operator.kill();
          allowStatus();
        });
    endsInOneRestart();
  }

  @Test
  void when_status_has_just_been_written(TestCluster cluster, Namespace namespace) {
    settled(cluster, namespace);
    dies(
        () ->
            killOn(
                client().resources(ExternalSecret.class).inNamespace(bed.namespace).withName("db"),
                resource -> !resource.statusOrEmpty().content().changes().isEmpty()));
    endsInOneRestart();
  }

  @Test
  void when_the_workload_has_just_been_patched(TestCluster cluster, Namespace namespace) {
    settled(cluster, namespace);
    dies(
        () ->
            killOn(
                client().apps().deployments().inNamespace(bed.namespace).withName("web"),
                web -> web.getMetadata().getGeneration() > generation));
    endsInOneRestart();
  }

  @Test
  void when_the_workload_is_patched_and_status_does_not_say_so(
      TestCluster cluster, Namespace namespace) {
    settled(cluster, namespace);
    refuseStatus("has(object.status.restart)");
    dies(
        () -> {
          change();
          Eventually.holds(
              () ->
                  assertThat(deployment().getMetadata().getGeneration()).isGreaterThan(generation));
          bed.operator.kill();
          allowStatus();
        });
    endsInOneRestart();
  }

  @RepeatedTest(3)
  void at_any_moment_and_again_at_another(TestCluster cluster, Namespace namespace) {
    settled(cluster, namespace);
    dies(
        () -> {
          change();
          afterUpTo(8_000);
        });
    dies(() -> afterUpTo(3_000));
    endsInOneRestart();
  }

  private void afterUpTo(int millis) {
    try {
      Thread.sleep(ThreadLocalRandom.current().nextInt(millis));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    bed.operator.kill();
  }

  /** Changes the source, and kills the operator as soon as the API server tells of its work. */
  private <T extends HasMetadata> void killOn(Resource<T> resource, Predicate<T> done) {
    CountDownLatch killed = new CountDownLatch(1);
    Watcher<T> watcher =
        new Watcher<>() {
          @Override
          public void eventReceived(Action action, T object) {
            if (done.test(object)) {
              bed.operator.kill();
              killed.countDown();
            }
          }

          @Override
          public void onClose(WatcherException cause) {}
        };
    try (Watch _ = resource.watch(watcher)) {
      change();
      assertThat(killed.await(3, TimeUnit.MINUTES)).as("it came that far").isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The API server refuses the operator's statuses here, where the expression holds. */
  private void refuseStatus(String expression) {
    bed.cluster.kubectlWithInput(
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicy
        metadata: {name: NS}
        spec:
          failurePolicy: Fail
          matchConstraints:
            namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: NS}}
            resourceRules:
              - {apiGroups: [keyturn.dev], apiVersions: ["*"], operations: [UPDATE], resources: [externalsecrets/status]}
          validations: [{expression: "!(EXPRESSION)", message: refused by the test}]
        ---
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicyBinding
        metadata: {name: NS}
        spec: {policyName: NS, validationActions: [Deny]}
        """
            .replace("NS", bed.namespace)
            .replace("EXPRESSION", expression),
        "apply",
        "-f",
        "-");
    Eventually.holds(
        () -> assertThat(probe()).as("the policy is in force").contains("refused by the test"));
  }

  /** Tries a status that says what is refused in either case, without writing it. */
  private String probe() {
    try {
      return bed.kubectl(
          "patch",
          "kes",
          "db",
          "--subresource=status",
          "--type=merge",
          "--dry-run=server",
          "-p",
          "{\"status\":{\"restart\":{\"state\":\"Idle\"}}}");
    } catch (RuntimeException | AssertionError e) {
      return String.valueOf(e.getMessage());
    }
  }

  private void allowStatus() {
    bed.cluster.kubectl("delete", "validatingadmissionpolicybinding", bed.namespace);
    bed.cluster.kubectl("delete", "validatingadmissionpolicy", bed.namespace);
    Eventually.holds(() -> assertThat(probe()).doesNotContain("refused by the test"));
  }

  private Deployment deployment() {
    return client().apps().deployments().inNamespace(bed.namespace).withName("web").require();
  }

  private KubernetesClient client() {
    return bed.cluster.client();
  }
}
