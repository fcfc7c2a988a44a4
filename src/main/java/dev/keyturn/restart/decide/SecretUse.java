package dev.keyturn.restart.decide;

import java.time.Duration;
import java.util.Optional;

/**
 * One way in which a container reads a Secret.
 *
 * @param key empty: all keys
 * @param optional whether the container starts without it
 */
public record SecretUse(
    String secret, Optional<String> key, String container, Via via, boolean optional) {

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
