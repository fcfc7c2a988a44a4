package dev.keyturn.restart.decide;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is judged of a pod.
 *
 * @param runs neither terminating nor succeeded nor failed
 * @param ready what its Ready condition says
 * @param onReadyNode false if its node does not answer
 */
public record PodView(
    String name,
    Instant createdAt,
    Marks marks,
    boolean runs,
    boolean ready,
    boolean onReadyNode,
    List<ContainerView> containers) {

  public PodView {
    containers = List.copyOf(containers);
  }

  Optional<ContainerView> container(String name) {
    return containers.stream().filter(container -> container.name().equals(name)).findFirst();
  }

  /**
   * A container of a pod.
   *
   * @param startedAt when it last started; empty while it waits to start
   * @param trouble why it does not run or is not ready, without any text of its own
   */
  public record ContainerView(String name, Optional<Instant> startedAt, Optional<String> trouble) {}
}
