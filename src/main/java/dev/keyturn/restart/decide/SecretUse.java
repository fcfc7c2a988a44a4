package dev.keyturn.restart.decide;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One way in which a container reads a Secret.
 *
 * @param key empty: all keys
 * @param container empty: any of the pod, as somebody says who knows
 * @param optional whether the container starts without the Secret
 * @param requires keys without which it does not start
 */
public record SecretUse(
    String secret,
    Optional<String> key,
    String container,
    Via via,
    boolean optional,
    Set<String> requires) {

  public SecretUse {
    requires = Set.copyOf(requires);
  }

  /** One that requires the key that it names. */
  public SecretUse(
      String secret, Optional<String> key, String container, Via via, boolean optional) {
    this(
        secret,
        key,
        container,
        via,
        optional,
        optional ? Set.of() : key.map(Set::of).orElseGet(Set::of));
  }

  /** One that no reference tells of. */
  public static SecretUse named(String secret) {
    return new SecretUse(secret, Optional.empty(), "", Via.ENVIRONMENT, true);
  }

  /**
   * The same, by each of the containers that it may be. A pod of an older template may call them
   * otherwise; of one that has none yet nobody can tell.
   */
  Stream<SecretUse> in(PodView pod) {
    return pod.containers().isEmpty() || pod.container(container).isPresent()
        ? Stream.of(this)
        : pod.containers().stream()
            .filter(it -> container.isEmpty() || it.reads().contains(secret))
            .map(it -> new SecretUse(secret, key, it.name(), via, optional, requires));
  }

  /** How the content reaches the container. */
  public enum Via {
    /** Read when the container starts, never again. */
    ENVIRONMENT(Duration.ofMinutes(1)),
    /** Mounted when the container starts, from files that follow late; never again. */
    SUB_PATH(Duration.ofMinutes(3)),
    /** Files that follow late, and that a process may have read long ago. */
    VOLUME(Duration.ofMinutes(3));

    private final Duration margin;

    Via(Duration margin) {
      this.margin = margin;
    }

    /**
     * A container that started this long after a change has surely read the new content: the clocks
     * of node and API server may be 30 s apart, and a kubelet's copy of a Secret follows late.
     */
    Duration margin() {
      return margin;
    }
  }
}
