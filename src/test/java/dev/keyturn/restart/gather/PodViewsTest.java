package dev.keyturn.restart.gather;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.restart.decide.Marks;
import dev.keyturn.restart.decide.PodView;
import dev.keyturn.restart.decide.PodView.ContainerView;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Pods are anybody's to make. */
class PodViewsTest {
  private static Pod pod(String created, String restartedFor) {
    return new PodBuilder()
        .withNewMetadata()
        .withName("web-1")
        .withCreationTimestamp(created)
        .addToAnnotations("keyturn.dev/restarted-for", restartedFor)
        .endMetadata()
        .build();
  }

  @Test
  void a_pod_with_any_annotation_can_be_read() {
    assertThat(PodViews.read(pod("2026-11-24T12:00:00Z", "null")))
        .map(PodView::marks)
        .contains(Marks.NONE);
  }

  @Test
  void each_container_reads_what_the_pod_s_own_spec_says() {
    Pod pod =
        Serialization.unmarshal(
            "---\n{metadata: {name: p, creationTimestamp: '2026-11-24T12:00:00Z'}, spec:"
                + " {containers: [{name: a, envFrom: [{secretRef: {name: s}}, {secretRef: {name:"
                + " t}}]}, {name: b}]}, status: {containerStatuses: [{name: a}, {name: b}]}}",
            Pod.class);
    assertThat(PodViews.of(pod).containers())
        .extracting(ContainerView::reads)
        .containsExactly(Set.of("s", "t"), Set.of());
  }

  @Test
  void a_pod_that_cannot_be_read_is_no_exception() {
    assertThat(PodViews.read(pod("yesterday", "{}"))).isEmpty();
  }
}
