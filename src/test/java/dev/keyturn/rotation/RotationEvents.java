package dev.keyturn.rotation;

import dev.keyturn.source.Reference;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** Events about rotations, as the listener takes them in. */
public final class RotationEvents {
  private RotationEvents() {}

  public static void tell(
      RotationHealth health, Reference reference, SecretEvent.Kind kind, Instant at) {
    var _ =
        health.heard(
            reference,
            new SecretEvent(
                kind,
                reference.identity().service(),
                "",
                reference.identity().region(),
                reference.ref().key(),
                Set.of(),
                Optional.empty(),
                at));
  }
}
