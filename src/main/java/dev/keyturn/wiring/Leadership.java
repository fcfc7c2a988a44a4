package dev.keyturn.wiring;

import dev.keyturn.rotation.ChangeListener;
import dev.keyturn.rotation.StageWatch;
import jakarta.enterprise.context.ApplicationScoped;

/** What runs on the leader only, beside the reconcilers. */
@ApplicationScoped
class Leadership {
  private final StageWatch stages;
  private final ChangeListener events;

  Leadership(StageWatch stages, ChangeListener events) {
    this.stages = stages;
    this.events = events;
  }

  void start() {
    stages.start();
    events.start();
  }

  void stop() {
    events.stop();
    stages.stop();
  }
}
