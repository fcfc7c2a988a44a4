package dev.keyturn.wiring;

import dev.keyturn.rotation.StageWatch;
import jakarta.enterprise.context.ApplicationScoped;

/** What runs on the leader only, beside the reconcilers. */
@ApplicationScoped
class Leadership {
  private final StageWatch stages;

  Leadership(StageWatch stages) {
    this.stages = stages;
  }

  void start() {
    stages.start();
  }

  void stop() {
    stages.stop();
  }
}
