package dev.keyturn.wiring;

import dev.keyturn.rotation.ChangeListener;
import dev.keyturn.rotation.StageWatch;
import jakarta.enterprise.context.ApplicationScoped;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What runs on the leader only, beside the reconcilers. */
@ApplicationScoped
class Leadership {
  private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

  private final StageWatch stages;
  private final ChangeListener events;
  private volatile boolean stopping;

  Leadership(StageWatch stages, ChangeListener events) {
    this.stages = stages;
    this.events = events;
  }

  void start() {
    stages.start();
    events.start();
  }

  void stop() {
    stopping = true;
    events.stop();
    stages.stop();
  }

  /**
   * Somebody else leads from now on. The reconcilers cannot be called off, and an orderly end waits
   * for the election, which waits for us: so this ends as a crash does, which loses nothing.
   */
  void lost() {
    if (!stopping) {
      LOG.error("Lost the lease: ending at once, so that only its new holder writes");
      Runtime.getRuntime().halt(1);
    }
  }
}
