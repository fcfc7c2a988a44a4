package dev.keyturn.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyturn.cluster.WorkloadPods.OwnedPods;
import dev.keyturn.cluster.WorkloadPods.Wanted;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodListBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WorkloadPodsTest {
  private static final String PODS = "/api/v1/namespaces/shop/pods?labelSelector=app%3D";

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

  private OwnedPods of(Wanted... workloads) {
    return new WorkloadPods(client).of("shop", List.of(workloads));
  }

  @Test
  void a_selector_that_nobody_understands_costs_the_others_nothing() {
    server
        .expect()
        .get()
        .withPath(PODS + "web")
        .andReturn(
            200,
            new PodListBuilder()
                .addToItems(
                    new PodBuilder()
                        .withNewMetadata()
                        .withName("web-1")
                        .withUid("p")
                        .addNewOwnerReference()
                        .withKind("StatefulSet")
                        .withUid("web")
                        .withController(true)
                        .endOwnerReference()
                        .endMetadata()
                        .build())
                .build())
        .always();
    server
        .expect()
        .get()
        .withPath(PODS + "a%20b")
        .andReturn(400, new StatusBuilder().withCode(400).withReason("BadRequest").build())
        .always();
    OwnedPods found =
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
        .withPath(PODS + "web")
        .andReturn(403, new StatusBuilder().withCode(403).withReason("Forbidden").build())
        .always();
    assertThatThrownBy(() -> of(new Wanted("web", app("web"))))
        .isInstanceOf(KubernetesClientException.class);
  }
}
