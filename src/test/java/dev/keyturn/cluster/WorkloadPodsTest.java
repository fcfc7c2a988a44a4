package dev.keyturn.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyturn.cluster.WorkloadPods.OwnedPods;
import dev.keyturn.cluster.WorkloadPods.Wanted;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.PodListBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetList;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetListBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WorkloadPodsTest {
  private static final String PAGE = "limit=250";

  private final KubernetesMockServer server = new KubernetesMockServer(false);
  private KubernetesClient client;

  @BeforeEach
  void start() {
    server.init(InetAddress.getLoopbackAddress(), 0);
    client = server.createClient();
  }

  @AfterEach
  void stop() {
    client.close();
    server.destroy();
  }

  private static LabelSelector app(String value) {
    return new LabelSelectorBuilder().withMatchLabels(Map.of("app", value)).build();
  }

  private static LabelSelector expression(LabelSelectorRequirement requirement) {
    return new LabelSelectorBuilder().withMatchExpressions(requirement).build();
  }

  private OwnedPods<String> of(Wanted... workloads) {
    return new WorkloadPods(client)
        .of("shop", List.of(workloads), pod -> pod.getMetadata().getName());
  }

  private static Pod pod(String name, String owner) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withUid(name)
        .addNewOwnerReference()
        .withKind("StatefulSet")
        .withUid(owner)
        .withController(true)
        .endOwnerReference()
        .endMetadata()
        .build();
  }

  private static PodList page(String next, String prefix, int pods) {
    return new PodListBuilder()
        .withNewMetadata()
        .withContinue(next)
        .endMetadata()
        .withItems(IntStream.range(0, pods).mapToObj(i -> pod(prefix + i, "web")).toList())
        .build();
  }

  private void answer(String path, Object list) {
    server.expect().get().withPath(path).andReturn(200, list).always();
  }

  @Test
  void of_what_is_read_nothing_stays_but_what_is_kept() {
    answer("/apis/apps/v1/namespaces/shop/replicasets?" + PAGE, new ReplicaSetList());
    answer("/api/v1/namespaces/shop/pods?" + PAGE, page("", "web-", 200));
    List<WeakReference<Pod>> read = new ArrayList<>();
    List<Integer> held = new ArrayList<>();
    List<String> names =
        new WorkloadPods(client)
            .in(
                "shop",
                (pod, _) -> {
                  read.add(new WeakReference<>(pod));
                  if (read.size() % 50 == 0) {
                    System.gc();
                    held.add((int) read.stream().filter(it -> !it.refersTo(null)).count());
                  }
                  return Optional.of(pod.getMetadata().getName());
                });
    assertThat(names).hasSize(200);
    assertThat(held).hasSize(4).allSatisfy(pods -> assertThat(pods).isLessThanOrEqualTo(2));
  }

  @Test
  void the_pods_of_a_workload_come_page_by_page() {
    String path = "/api/v1/namespaces/shop/pods?";
    answer(path + "labelSelector=app%3Dweb&" + PAGE, page("more", "a-", 2));
    answer(path + "continue=more&labelSelector=app%3Dweb&" + PAGE, page("", "b-", 1));
    assertThat(of(new Wanted("web", app("web"))).byUid().get("web"))
        .containsExactlyInAnyOrder("a-0", "a-1", "b-0");
  }

  @Test
  void of_replica_sets_only_the_metadata_is_asked_for() throws InterruptedException {
    answer("/apis/apps/v1/namespaces/shop/replicasets?" + PAGE, new ReplicaSetList());
    answer("/api/v1/namespaces/shop/pods?" + PAGE, page("", "web-", 1));
    new WorkloadPods(client).in("shop", (_, _) -> Optional.empty());
    assertThat(server.takeRequest().getHeader("Accept"))
        .startsWith("application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io");
  }

  @Test
  void no_more_than_two_namespaces_are_listed_at_a_time() {
    AtomicInteger underWay = new AtomicInteger();
    Queue<Integer> seen = new ConcurrentLinkedQueue<>();
    for (int i = 0; i < 6; i++) {
      answer("/apis/apps/v1/namespaces/n" + i + "/replicasets?" + PAGE, new ReplicaSetList());
      answer("/api/v1/namespaces/n" + i + "/pods?" + PAGE, page("", "web-", 1));
    }
    WorkloadPods pods = new WorkloadPods(client);
    CountDownLatch two = new CountDownLatch(2);
    CountDownLatch goOn = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 6; i++) {
        String namespace = "n" + i;
        threads.execute(
            () ->
                pods.in(
                    namespace,
                    (_, _) -> {
                      seen.add(underWay.incrementAndGet());
                      two.countDown();
                      await(goOn);
                      underWay.decrementAndGet();
                      return Optional.empty();
                    }));
      }
      await(two);
      goOn.countDown();
    }
    assertThat(seen).hasSize(6).allSatisfy(it -> assertThat(it).isLessThanOrEqualTo(2));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void a_selector_says_what_the_api_server_understands() {
    assertThat(
            Selectors.query(
                new LabelSelectorBuilder()
                    .withMatchLabels(Map.of("app", "web"))
                    .withMatchExpressions(
                        new LabelSelectorRequirement("tier", "In", List.of("a", "b")),
                        new LabelSelectorRequirement("zone", "NotIn", List.of("c")),
                        new LabelSelectorRequirement("blue", "Exists", List.of()),
                        new LabelSelectorRequirement("green", "DoesNotExist", List.of()))
                    .build()))
        .contains("app=web,tier in (a,b),zone notin (c),blue,!green");
    assertThat(Selectors.query(new LabelSelector())).contains("");
  }

  @Test
  void who_selects_by_the_same_labels_is_asked_for_together() {
    server
        .expect()
        .get()
        .withPath(
            "/api/v1/namespaces/shop/pods?labelSelector=app+in+%28a%2Cb%2Cc%29%2Ctier%3Dx&" + PAGE)
        .andReturn(
            200,
            new PodListBuilder()
                .withItems(
                    ofReplicaSet("a-1", "a-rs"),
                    ofReplicaSet("b-1", "b-rs"),
                    ofReplicaSet("c-1", "c-rs"),
                    pod("other", "other"))
                .build())
        .once();
    server
        .expect()
        .get()
        .withPath(
            "/apis/apps/v1/namespaces/shop/replicasets?labelSelector=app+in+%28a%2Cb%2Cc%29%2Ctier%3Dx&"
                + PAGE)
        .andReturn(
            200,
            new ReplicaSetListBuilder()
                .withItems(replicaSet("a"), replicaSet("b"), replicaSet("c"))
                .build())
        .once();
    OwnedPods<String> found =
        of(new Wanted("a", tier("a")), new Wanted("b", tier("b")), new Wanted("c", tier("c")));
    assertThat(found.byUid())
        .isEqualTo(Map.of("a", List.of("a-1"), "b", List.of("b-1"), "c", List.of("c-1")));
    assertThat(server.getRequestCount()).isEqualTo(2);
  }

  @Test
  void what_would_end_a_list_of_values_is_asked_for_by_itself() {
    List<Selectors.Query> queries =
        Selectors.together(
            List.of(
                new Wanted("a", app("a")),
                new Wanted("evil", app("x),app in (y")),
                new Wanted("b", app("b")),
                new Wanted("c", tier("c"))));
    assertThat(queries)
        .extracting(Selectors.Query::words)
        .containsExactlyInAnyOrder("app in (a,b)", "app=x),app in (y", "app=c,tier=x");
  }

  private static LabelSelector tier(String app) {
    return new LabelSelectorBuilder().withMatchLabels(Map.of("app", app, "tier", "x")).build();
  }

  private static Pod ofReplicaSet(String name, String owner) {
    return new PodBuilder(pod(name, owner))
        .editMetadata()
        .editFirstOwnerReference()
        .withKind("ReplicaSet")
        .withName(owner)
        .endOwnerReference()
        .endMetadata()
        .build();
  }

  private static ReplicaSet replicaSet(String deployment) {
    return new ReplicaSetBuilder()
        .withMetadata(pod(deployment + "-rs", deployment).getMetadata())
        .build();
  }

  @Test
  void a_selector_that_nobody_understands_costs_the_others_nothing() {
    server
        .expect()
        .get()
        .withPath("/api/v1/namespaces/shop/pods?labelSelector=app%3Dweb&" + PAGE)
        .andReturn(200, page("", "web-", 1))
        .always();
    server
        .expect()
        .get()
        .withPath("/api/v1/namespaces/shop/pods?labelSelector=app%3Da+b&" + PAGE)
        .andReturn(400, new StatusBuilder().withCode(400).withReason("BadRequest").build())
        .always();
    OwnedPods<String> found =
        of(
            new Wanted("web", app("web")),
            new Wanted(
                "bogus", expression(new LabelSelectorRequirement("app", "Bogus", List.of("x")))),
            new Wanted("empty", expression(new LabelSelectorRequirement())),
            new Wanted("blank", app("a b")));
    assertThat(found.byUid()).containsOnlyKeys("web");
    assertThat(found.unlistable()).containsExactlyInAnyOrder("bogus", "empty", "blank");
  }

  @Test
  void an_api_server_that_does_not_answer_is_no_fault_of_a_selector() {
    server
        .expect()
        .get()
        .withPath("/api/v1/namespaces/shop/pods?labelSelector=app%3Dweb&" + PAGE)
        .andReturn(403, new StatusBuilder().withCode(403).withReason("Forbidden").build())
        .always();
    assertThatThrownBy(() -> of(new Wanted("web", app("web"))))
        .isInstanceOf(KubernetesClientException.class);
  }
}
