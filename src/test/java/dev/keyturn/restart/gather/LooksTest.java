package dev.keyturn.restart.gather;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.cluster.WorkloadPods;
import dev.keyturn.restart.decide.Look;
import dev.keyturn.restart.decide.RestartPolicy;
import dev.keyturn.restart.decide.Scene;
import dev.keyturn.restart.decide.Snapshot;
import dev.keyturn.restart.decide.Workload;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How often pods are listed. */
class LooksTest {
  private static final Instant START = Scene.CHANGED.plusSeconds(20);

  private final KubernetesMockServer server = new KubernetesMockServer(false);
  private KubernetesClient client;
  private Pods pods;

  @BeforeEach
  void start() {
    server.init(InetAddress.getLoopbackAddress(), 0);
    client = server.createClient();
    pods = new Pods(new WorkloadPods(client));
    answer("/api/v1/namespaces/shop/pods?labelSelector=app%3Dweb&limit=250", onePod());
    answer("/api/v1/namespaces/shop/pods?limit=250", onePod());
    answer("/apis/apps/v1/namespaces/shop/replicasets?limit=250", new ReplicaSetList());
  }

  @AfterEach
  void stop() {
    client.close();
    server.destroy();
  }

  private void answer(String path, Object list) {
    server.expect().get().withPath(path).andReturn(200, list).always();
  }

  /** Of the workload by its owner, and a bare one besides, both from long before the change. */
  private static PodList onePod() {
    return Serialization.unmarshal(
        """
        kind: PodList
        apiVersion: v1
        items:
        - metadata:
            name: web-1
            uid: p1
            creationTimestamp: "2026-11-23T12:00:00Z"
            ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, uid: w, controller: true}]
          spec: &spec
            containers: [{name: app, image: i, env: [{name: P, valueFrom: {secretKeyRef: {name: db, key: password}}}]}]
          status: &status
            containerStatuses: [{name: app, ready: true, restartCount: 0, state: {running: {startedAt: "2026-11-23T12:00:00Z"}}}]
        - metadata: {name: bare, uid: p2, creationTimestamp: "2026-11-23T12:00:00Z"}
          spec: *spec
          status: *status
        """,
        PodList.class);
  }

  private static Workload workload(String kind, int version, boolean rolls, String annotations) {
    String manifest =
        """
        apiVersion: apps/v1
        kind: %s
        metadata: {name: web, namespace: shop, uid: w, resourceVersion: "%d", generation: 2, creationTimestamp: "2026-11-23T12:00:00Z"}
        spec:
          replicas: 1
          selector: {matchLabels: {app: web}}
          template:
            metadata: {annotations: {%s}}
            spec:
              containers: [{name: app, image: i, env: [{name: P, valueFrom: {secretKeyRef: {name: db, key: password}}}]}]
        status: {observedGeneration: 2, replicas: 1, updatedReplicas: %4$d, availableReplicas: 1, desiredNumberScheduled: 1, updatedNumberScheduled: %4$d, numberAvailable: 1}
        """
            .formatted(kind, version, annotations, rolls ? 0 : 1);
    return kind.equals("Deployment")
        ? Workloads.of(Serialization.unmarshal(manifest, Deployment.class))
        : Workloads.of(Serialization.unmarshal(manifest, DaemonSet.class));
  }

  private static Snapshot snapshot(Workload workload, RestartPolicy policy) {
    return Snapshot.of(
        workload,
        List.of(Scene.change("db", Scene.CHANGED, policy)),
        List.of(policy),
        false,
        false,
        Optional.empty(),
        Optional.empty());
  }

  private static Snapshot rolling(String kind, int version) {
    return snapshot(
        workload(
            kind,
            version,
            true,
            "keyturn.dev/restarted-for: '{\"db\":\"%s\"}', keyturn.dev/restarted-at: '%s'"
                .formatted(Scene.CHANGED, Scene.CHANGED.plusSeconds(2))),
        Scene.policy());
  }

  private Look look(Snapshot it, Instant now) {
    return pods.of(List.of(it), now).get("w");
  }

  @Test
  void each_pod_of_a_rollout_is_an_event_and_no_list() {
    for (int event = 0; event < 100; event++) {
      look(rolling("Deployment", event), START.plusMillis(event * 99L));
    }
    assertThat(server.getRequestCount()).isOne();
    assertThat(look(rolling("Deployment", 100), START.plusMillis(9_900)).again())
        .contains(START.plusSeconds(10));
    assertThat(look(rolling("Deployment", 101), START.plusSeconds(10)).again()).isEmpty();
    assertThat(server.getRequestCount()).isEqualTo(2);
  }

  @Test
  void where_pods_tell_how_far_it_is_they_are_listed_once_a_second() {
    for (int event = 0; event < 100; event++) {
      look(rolling("DaemonSet", event), START.plusMillis(event * 9L));
    }
    assertThat(server.getRequestCount()).isOne();
    assertThat(look(rolling("DaemonSet", 100), START.plusMillis(900)).again())
        .contains(START.plusSeconds(1));
    look(rolling("DaemonSet", 101), START.plusSeconds(1));
    assertThat(server.getRequestCount()).isEqualTo(2);
  }

  /** Argo says that it is through when it has deleted the last pod, which an earlier look has. */
  @Test
  void of_a_rollout_no_look_outlives_its_version() {
    look(rollout(1), START);
    assertThat(look(rollout(1), START.plusMillis(900)).again()).contains(START.plusSeconds(1));
    assertThat(server.getRequestCount()).isOne();
    assertThat(look(rollout(2), START.plusMillis(901)).again()).isEmpty();
    assertThat(server.getRequestCount()).isEqualTo(2);
  }

  private static Snapshot rollout(int version) {
    return snapshot(
        Workloads.of(
            Serialization.unmarshal(
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Rollout
                metadata:
                  {name: web, namespace: shop, uid: w, resourceVersion: "%d", generation: 2, creationTimestamp: "2026-11-23T12:00:00Z", annotations: {keyturn.dev/restarted-for: '{"db":"%2$s"}', keyturn.dev/restarted-at: '%2$s'}}
                spec:
                  replicas: 1
                  restartAt: "%2$s"
                  selector: {matchLabels: {app: web}}
                  template: {spec: {containers: [{name: app, image: i, env: [{name: P, valueFrom: {secretKeyRef: {name: db, key: password}}}]}]}}
                status: {observedGeneration: "2", replicas: 1, updatedReplicas: 1, availableReplicas: 1, phase: Healthy}
                """
                    .formatted(version, Scene.CHANGED),
                GenericKubernetesResource.class)),
        Scene.policy());
  }

  @Test
  void nothing_fails_by_an_earlier_look() {
    Instant deadline = Scene.CHANGED.plusSeconds(2).plus(Duration.ofMinutes(10));
    look(rolling("Deployment", 1), deadline.minusSeconds(5));
    assertThat(look(rolling("Deployment", 2), deadline.plusSeconds(1)).again()).isEmpty();
    assertThat(server.getRequestCount()).isEqualTo(2);
  }

  @Test
  void who_waits_for_a_time_is_listed_when_it_comes() {
    RestartPolicy patient =
        new Scene.Policy().with(it -> it.settle = Duration.ofMinutes(20)).build();
    Snapshot waiting = snapshot(workload("Deployment", 1, false, ""), patient);
    for (int second = 0; second < 1_170; second++) {
      assertThat(look(waiting, START.plusSeconds(second)).pods()).hasSize(1);
    }
    assertThat(server.getRequestCount()).isOne();
    look(waiting, Scene.CHANGED.plus(Duration.ofMinutes(20)));
    assertThat(server.getRequestCount()).isEqualTo(2);
  }

  @Test
  void who_is_changed_meanwhile_is_listed_again() {
    RestartPolicy patient =
        new Scene.Policy().with(it -> it.settle = Duration.ofMinutes(20)).build();
    look(snapshot(workload("Deployment", 1, false, ""), patient), START);
    look(snapshot(workload("Deployment", 2, false, ""), patient), START.plusSeconds(1));
    assertThat(server.getRequestCount()).isEqualTo(2);
  }

  @Test
  void a_pod_that_stays_stale_costs_a_list_each_half_an_hour_in_the_end() {
    ForeignPods foreign = new ForeignPods(new WorkloadPods(client), (_, _) -> false);
    Instant sure = Scene.CHANGED.plusSeconds(5);
    for (int minute = 0; minute < 1_440; minute++) {
      Instant now = sure.plus(Duration.ofMinutes(minute));
      assertThat(foreign.readersOf("shop", "db", sure, now).orElseThrow().found()).hasSize(1);
    }
    assertThat(server.getRequestCount() / 2).isBetween(48, 60);
  }

  /** Those of one owner may be of several templates. */
  @Test
  void each_pod_of_an_owner_is_judged_by_what_it_reads() {
    answer(
        "/api/v1/namespaces/mixed/pods?limit=250",
        Serialization.unmarshal(
            """
            kind: PodList
            apiVersion: v1
            items:
            - metadata:
                name: one
                uid: p1
                creationTimestamp: "2026-11-23T12:00:00Z"
                ownerReferences: &owner [{apiVersion: acme.io/v1, kind: Job, name: fleet, uid: f, controller: true}]
              spec:
                containers: [{name: app, image: i, env: [{name: P, valueFrom: {secretKeyRef: {name: mail, key: password}}}]}]
              status: &status
                containerStatuses: [{name: app, ready: true, restartCount: 0, state: {running: {startedAt: "2026-11-23T12:00:00Z"}}}]
            - metadata: {name: two, uid: p2, creationTimestamp: "2026-11-23T12:00:00Z", ownerReferences: *owner}
              spec:
                containers: [{name: app, image: i, env: [{name: P, valueFrom: {secretKeyRef: {name: db, key: password}}}]}]
              status: *status
            """,
            PodList.class));
    answer("/apis/apps/v1/namespaces/mixed/replicasets?limit=250", new ReplicaSetList());
    ForeignPods.Found fleet =
        new ForeignPods(new WorkloadPods(client), (_, _) -> false)
            .readersOf("mixed", "db", START, START)
            .orElseThrow()
            .found()
            .getFirst();
    Snapshot seen =
        Snapshot.of(
                fleet.workload(),
                List.of(Scene.change("db", Scene.CHANGED, Scene.policy())),
                List.of(),
                false,
                false,
                Optional.empty(),
                Optional.empty())
            .with(Look.of(START, fleet.pods()));
    assertThat(fleet.workload().subject().kind()).isEqualTo("Job");
    assertThat(seen.stale()).extracting(it -> it.pod().name()).containsExactly("two");
  }

  @Test
  void what_was_listed_before_a_change_says_nothing_of_it() {
    ForeignPods foreign = new ForeignPods(new WorkloadPods(client), (_, _) -> false);
    assertThat(foreign.readersOf("shop", "db", START, START)).isPresent();
    Instant change = START.plusSeconds(3);
    assertThat(foreign.readersOf("shop", "db", change, change)).isEmpty();
    assertThat(foreign.due("shop", change)).contains(START.plusSeconds(10));
    assertThat(foreign.readersOf("shop", "db", change, START.plusSeconds(10))).isPresent();
    assertThat(foreign.due("shop", change)).isEmpty();
    assertThat(server.getRequestCount()).isEqualTo(4);
  }

  @Test
  void all_namespaces_at_once_come_one_after_the_other() {
    Pace pace = new Pace(Duration.ofMillis(25));
    Instant now = START;
    assertThat(pace.slot("n0", now)).isEmpty();
    for (int i = 1; i < 500; i++) {
      Instant slot = START.plusMillis(i * 25L);
      assertThat(pace.slot("n" + i, now)).contains(slot);
      assertThat(pace.slot("n" + i, now)).contains(slot);
    }
    for (int i = 1; i < 500; i++) {
      assertThat(pace.slot("n" + i, START.plusMillis(i * 25L))).isEmpty();
      assertThat(pace.kept("n" + i)).isEmpty();
    }
    assertThat(pace.slot("n1", START.plusSeconds(60))).isEmpty();
  }
}
