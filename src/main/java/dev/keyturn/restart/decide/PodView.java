package dev.keyturn.restart.decide;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is judged of a pod.
 *
 * @param runs neither terminating nor succeeded nor failed
 * @param revision which template of its workload it is made from; empty: not known
 * @param readySince since when its Ready condition says so
 * @param onReadyNode false if its node does not answer
 */
public record PodView(
    String name,
    Instant createdAt,
    Marks marks,
    boolean runs,
    String revision,
    Optional<Instant> readySince,
    boolean onReadyNode,
    List<ContainerView> containers) {

  public PodView {
    containers = List.copyOf(containers);
  }

  PodView asOf(Instant now) {
    return new PodView(
        name, createdAt, marks.asOf(now), runs, revision, readySince, onReadyNode, containers);
  }

  /** The same with a node that does not answer. */
  public PodView onDeadNode() {
    return new PodView(name, createdAt, marks, runs, revision, readySince, false, containers);
  }

  public boolean ready() {
    return readySince.isPresent();
  }

  Optional<ContainerView> container(String name) {
    return containers.stream().filter(container -> container.name().equals(name)).findFirst();
  }

  /**
   * A container of a pod.
   *
   * @param startedAt when it last started; empty while it waits to start
   * @param filesSince when the files were made that it found, or will find: a kubelet makes them
   *     before it pulls the image, and does not renew them until the container has started
   * @param trouble why it does not run or is not ready, without any text of its own
   * @param reads the Secrets that it reads, by the pod's own spec
   */
  public record ContainerView(
      String name,
      Optional<Instant> startedAt,
      Optional<Instant> filesSince,
      Optional<String> trouble,
      Set<String> reads) {

    public ContainerView {
      reads = Set.copyOf(reads);
    }

    /** One of which nobody asks what it reads. */
    public ContainerView(
        String name,
        Optional<Instant> startedAt,
        Optional<Instant> filesSince,
        Optional<String> trouble) {
      this(name, startedAt, filesSince, trouble, Set.of());
    }

    public ContainerView reading(Set<String> secrets) {
      return new ContainerView(name, startedAt, filesSince, trouble, secrets);
    }

    /** One whose files are as old as itself. */
    public ContainerView(String name, Optional<Instant> startedAt, Optional<String> trouble) {
      this(name, startedAt, startedAt, trouble);
    }
  }
}
