package dev.keyturn.restart;

import dev.keyturn.testbed.Eventually;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Does for Rollouts what Argo's controller is documented to do when pods are to be restarted: it
 * replaces, one at a time and at the time that {@code restartAt} names, every pod that is older,
 * and then says so. See <a href="https://argo-rollouts.readthedocs.io/en/stable/features/restart/">
 * Restarting Rollout Pods</a>. Updates of the template are not played.
 */
final class SimulatedArgo implements AutoCloseable {
  private static final String CRD =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: rollouts.argoproj.io}
      spec:
        group: argoproj.io
        names: {kind: Rollout, plural: rollouts}
        scope: Namespaced
        versions:
          - name: v1alpha1
            served: true
            storage: true
            schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
            subresources: {status: {}}
      """;
  private static final KubernetesSerialization JSON = new KubernetesSerialization();

  private final KubernetesClient client;
  private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor();

  private SimulatedArgo(KubernetesClient client) {
    this.client = client;
  }

  static SimulatedArgo start(KubernetesClient client) {
    SimulatedArgo argo = new SimulatedArgo(client);
    Eventually.isTrue("the CRD of Rollouts is established", argo::isInstalled);
    var _ = argo.loop.scheduleWithFixedDelay(argo::lookAtAll, 0, 300, TimeUnit.MILLISECONDS);
    return argo;
  }

  /** One that is being deleted has to be gone first. */
  private boolean isInstalled() {
    CustomResourceDefinition crd = JSON.unmarshal(CRD, CustomResourceDefinition.class);
    client.resource(crd).serverSideApply();
    return Optional.ofNullable(client.resource(crd).get())
        .filter(it -> it.getMetadata().getDeletionTimestamp() == null)
        .filter(it -> it.getStatus() != null && it.getStatus().getConditions() != null)
        .filter(
            it ->
                it.getStatus().getConditions().stream()
                    .anyMatch(
                        condition ->
                            condition.getType().equals("Established")
                                && condition.getStatus().equals("True")))
        .isPresent();
  }

  @Override
  public void close() {
    loop.close();
    client
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .withName("rollouts.argoproj.io")
        .withTimeout(40, TimeUnit.SECONDS)
        .delete();
  }

  private void lookAtAll() {
    try {
      client
          .genericKubernetesResources("argoproj.io/v1alpha1", "Rollout")
          .inAnyNamespace()
          .list()
          .getItems()
          .stream()
          .filter(it -> it.getMetadata().getDeletionTimestamp() == null)
          .forEach(this::lookUnlessGone);
    } catch (KubernetesClientException e) {
      // The API server is busy: the next look is soon.
    }
  }

  /** Whatever this meets must not end the looks at all others, as an exception would. */
  private void lookUnlessGone(GenericKubernetesResource rollout) {
    try {
      lookAt(rollout);
    } catch (RuntimeException e) {
      // It changed, or its namespace is going: the next look finds it as it is.
      System.out.println("Simulated Argo met " + e + " at " + rollout.getMetadata().getName());
    }
  }

  private void lookAt(GenericKubernetesResource rollout) {
    String namespace = rollout.getMetadata().getNamespace();
    int wanted = rollout.get("spec", "replicas") instanceof Number number ? number.intValue() : 1;
    scale(rollout, wanted);
    List<Pod> pods = pods(rollout);
    long available = pods.stream().filter(SimulatedArgo::isReady).count();
    Optional<String> restartAt =
        Optional.ofNullable(rollout.get("spec", "restartAt")).map(Object::toString);
    Object restarted = rollout.get("status", "restartedAt");
    Optional<Pod> old =
        restartAt
            .map(Instant::parse)
            .filter(at -> !Clock.systemUTC().instant().isBefore(at))
            .flatMap(at -> pods.stream().filter(pod -> createdAt(pod).isBefore(at)).findFirst());
    boolean due =
        restartAt
            .filter(at -> !at.equals(restarted))
            .filter(at -> !Clock.systemUTC().instant().isBefore(Instant.parse(at)))
            .isPresent();
    if (due && old.isPresent() && available >= wanted) {
      client.resource(old.get()).delete();
      available--;
    }
    boolean done = due && old.isEmpty() && available >= wanted;
    Map<String, Object> status =
        new java.util.TreeMap<>(
            Map.of(
                "observedGeneration", rollout.getMetadata().getGeneration().toString(),
                "replicas", pods.size(),
                "updatedReplicas", pods.size(),
                "availableReplicas", available,
                "phase", available >= wanted ? "Healthy" : "Progressing"));
    Optional.ofNullable(done ? restartAt.orElseThrow() : restarted)
        .ifPresent(at -> status.put("restartedAt", at));
    if (!JSON.asJson(status).equals(JSON.asJson(sorted(rollout.get("status"))))) {
      client
          .resource(rollout)
          .inNamespace(namespace)
          .subresource("status")
          .patch(PatchContext.of(PatchType.JSON_MERGE), JSON.asJson(Map.of("status", status)));
    }
  }

  private static Object sorted(Object status) {
    return status instanceof Map<?, ?> map ? new java.util.TreeMap<>(map) : Map.of();
  }

  private void scale(GenericKubernetesResource rollout, int wanted) {
    String namespace = rollout.getMetadata().getNamespace();
    String name = rollout.getMetadata().getName() + "-argo";
    var replicas = client.apps().replicaSets().inNamespace(namespace).withName(name);
    if (replicas.get() == null) {
      var template =
          JSON.convertValue(
              template(rollout), io.fabric8.kubernetes.api.model.PodTemplateSpec.class);
      client
          .resource(
              new ReplicaSetBuilder()
                  .withNewMetadata()
                  .withNamespace(namespace)
                  .withName(name)
                  .withOwnerReferences(
                      new OwnerReferenceBuilder()
                          .withApiVersion("argoproj.io/v1alpha1")
                          .withKind("Rollout")
                          .withName(rollout.getMetadata().getName())
                          .withUid(rollout.getMetadata().getUid())
                          .withController(true)
                          .build())
                  .endMetadata()
                  .withNewSpec()
                  .withReplicas(wanted)
                  .withNewSelector()
                  .withMatchLabels(template.getMetadata().getLabels())
                  .endSelector()
                  .withTemplate(template)
                  .endSpec()
                  .build())
          .create();
    } else if (!Objects.equals(replicas.get().getSpec().getReplicas(), wanted)) {
      replicas.scale(wanted);
    }
  }

  private Object template(GenericKubernetesResource rollout) {
    Object other = rollout.get("spec", "workloadRef", "name");
    return other == null
        ? rollout.get("spec", "template")
        : client
            .apps()
            .deployments()
            .inNamespace(rollout.getMetadata().getNamespace())
            .withName(other.toString())
            .get()
            .getSpec()
            .getTemplate();
  }

  private List<Pod> pods(GenericKubernetesResource rollout) {
    String replicas = rollout.getMetadata().getName() + "-argo";
    return client
        .pods()
        .inNamespace(rollout.getMetadata().getNamespace())
        .list()
        .getItems()
        .stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .filter(
            pod ->
                pod.getMetadata().getOwnerReferences().stream()
                    .anyMatch(owner -> owner.getName().equals(replicas)))
        .toList();
  }

  private static Instant createdAt(Pod pod) {
    return Instant.parse(pod.getMetadata().getCreationTimestamp());
  }

  private static boolean isReady(Pod pod) {
    return pod.getStatus().getConditions().stream()
        .anyMatch(it -> it.getType().equals("Ready") && it.getStatus().equals("True"));
  }
}
