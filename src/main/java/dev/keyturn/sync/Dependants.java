package dev.keyturn.sync;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.rotation.Dependant;

/** The name under which an ExternalSecret follows secrets. */
final class Dependants {
  private Dependants() {}

  static Dependant of(ExternalSecret resource) {
    return new Dependant(
        resource.getMetadata().getNamespace(),
        resource.getMetadata().getName(),
        resource.getMetadata().getUid());
  }
}
