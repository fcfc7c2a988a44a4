package dev.keyturn.rotation;

import dev.keyturn.source.Reference;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What events last told about the rotation of each reference. */
public final class RotationHealth {
  private static final int LIMIT = 5_000;

  private final Map<Reference, SecretEvent> latest = new LinkedHashMap<>();

  /**
   * Takes in an event about a rotation, unless a later one was heard of. Returns whether there may
   * be something else to say of the reference now.
   */
  synchronized boolean heard(Reference reference, SecretEvent change) {
    Optional<SecretEvent> before = latest(reference);
    if (!change.kind().isOfRotation()
        || before.filter(known -> change.at().isBefore(known.at())).isPresent()) {
      return false;
    }
    latest.remove(reference);
    latest.put(reference, change);
    if (latest.size() > LIMIT) {
      latest.remove(latest.keySet().iterator().next());
    }
    return before.isEmpty() || !trouble(before).equals(trouble(Optional.of(change)));
  }

  private static Optional<SecretEvent.Kind> trouble(Optional<SecretEvent> change) {
    return change.map(SecretEvent::kind).filter(SecretEvent.Kind::isTrouble);
  }

  /** How its last rotation that was heard of stands. */
  public synchronized Optional<SecretEvent> latest(Reference reference) {
    return Optional.ofNullable(latest.get(reference));
  }
}
