package dev.keyturn.restart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.Annotations;
import dev.keyturn.testbed.Eventually;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A Rollout "web" that reads the Secret "db", and what Argo makes of it. */
abstract class OnArgo extends OnControlPlane {
  static final WorkloadAdapter KIND = WorkloadAdapter.ROLLOUT;

  static void rolledOut(String ns, String strategy) {
    externalSecret(ns, "db", "");
    cluster.kubectlWithInput(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: web-stable}
        spec: {selector: {app: web}, ports: [{port: 80}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web-canary}
        spec: {selector: {app: web}, ports: [{port: 80}]}
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: web}
        spec:
          ingressClassName: nginx
          rules: [{host: web, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web-stable, port: {number: 80}}}}]}}]
        """,
        "apply",
        "-n",
        ns,
        "-f",
        "-");
    rollout(ns, "web", strategy);
    KIND.awaitRollout(cluster, ns, "web");
  }

  static void rollout(String ns, String name, String strategy) {
    KIND.apply(
        cluster,
        ns,
        KIND.manifest(name, readsAll("db"), "", "")
            .replace("strategy: {canary: {}}", "strategy: {" + strategy + "}"));
  }

  /** Changes the Secret; its time, once no pod still uses what was there before. */
  static Instant untilEveryPodHasRead(String ns) {
    var at = RestartBed.thisSecond();
    bed.changed(ns, "db", at, "password");
    Eventually.holds(
        () -> assertThat(KIND.restartedFor(client, ns, "web")).containsEntry("db", at.toString()));
    untilNoPodIsOlderThan(ns, at);
    untilIdle(ns, "db");
    return at;
  }

  static void untilNoPodIsOlderThan(String ns, Instant change) {
    Eventually.holds(
        () ->
            assertThat(pods(ns))
                .isNotEmpty()
                .allMatch(Readiness::isPodReady)
                .extracting(it -> Instant.parse(it.getMetadata().getCreationTimestamp()))
                .allMatch(it -> !it.isBefore(change.plusSeconds(5))));
  }

  static void untilPods(String ns, int count) {
    Eventually.holds(() -> assertThat(pods(ns)).hasSize(count).allMatch(Readiness::isPodReady));
  }

  static List<Pod> pods(String ns) {
    return client.pods().inNamespace(ns).list().getItems().stream()
        .filter(it -> it.getMetadata().getDeletionTimestamp() == null)
        .toList();
  }

  static void untilPhase(String ns, String phase) {
    Eventually.holds(
        () -> {
          var rollout = KIND.get(client, ns, "web");
          assertThat(rollout.<Object>get("status", "observedGeneration"))
              .isEqualTo(rollout.getMetadata().getGeneration().toString());
          assertThat(rollout.<Object>get("status", "phase")).isEqualTo(phase);
        });
  }

  static void annotate(String ns, String annotation) {
    cluster.kubectl("annotate", "-n", ns, KIND.reference("web"), annotation);
  }

  /** What the template says, which pods inherit. */
  static Map<String, String> templateRestartedFor(String ns) {
    return Optional.<Object>ofNullable(
            KIND.get(client, ns, "web")
                .get("spec", "template", "metadata", "annotations", Annotations.RESTARTED_FOR))
        .map(json -> WorkloadAdapter.times(json.toString()))
        .orElse(Map.of());
  }

  static void image(String ns, String image) {
    patch(ns, pods(image, "{}"));
  }

  static String pods(String image, String annotations) {
    return ("{\"spec\":{\"template\":{\"metadata\":{\"annotations\":%s},\"spec\":{\"containers\":"
            + "[{\"name\":\"c\",\"image\":\"%s\",\"envFrom\":[{\"secretRef\":{\"name\":\"db\"}}]}]}}}}")
        .formatted(annotations, image);
  }

  static void patch(String ns, String patch) {
    cluster.kubectl("patch", KIND.reference("web"), "-n", ns, "--type=merge", "-p", patch);
  }

  static void patchStatus(String ns, String patch) {
    cluster.kubectl(
        "patch",
        KIND.reference("web"),
        "-n",
        ns,
        "--subresource=status",
        "--type=merge",
        "-p",
        patch);
  }
}
