package dev.keyturn.wiring;

import jakarta.enterprise.context.ApplicationScoped;

/** What runs on the leader only, beside the reconcilers. */
@ApplicationScoped
class Leadership {
  void start() {}

  void stop() {}
}
