package dev.keyturn.sync;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.cluster.ObjectUser;
import dev.keyturn.rotation.Dependant;

/** The names under which an ExternalSecret follows secrets and objects. */
final class Dependants {
  private Dependants() {}

  static Dependant of(ExternalSecret resource) {
    return new Dependant(resource.getMetadata().getNamespace(), resource.getMetadata().getName());
  }

  static ObjectUser user(ExternalSecret resource) {
    return new ObjectUser(
        ObjectUser.Kind.EXTERNAL_SECRET,
        resource.getMetadata().getNamespace(),
        resource.getMetadata().getName());
  }
}
