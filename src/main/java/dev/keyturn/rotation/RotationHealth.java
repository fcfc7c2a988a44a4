package dev.keyturn.rotation;

import dev.keyturn.source.Reference;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What events last told about the rotation of each reference. */
public final class RotationHealth {
  private static final int LIMIT = 5_000;

  private final Map<Reference, Change> latest = new LinkedHashMap<>();

  /**
   * Takes in an event about a rotation, unless a later one was heard of. Returns whether the health
   * of the reference is another now.
   */
  synchronized boolean heard(Reference reference, Change change) {
    Optional<Change.Kind> before = trouble(reference).map(Change::kind);
    Change known = latest.getOrDefault(reference, change);
    if (change.kind() == Change.Kind.CONTENT || change.at().isBefore(known.at())) {
      return false;
    }
    latest.remove(reference);
    latest.put(reference, change);
    if (latest.size() > LIMIT) {
      latest.remove(latest.keySet().iterator().next());
    }
    return !before.equals(trouble(reference).map(Change::kind));
  }

  /** The rotation that failed or was abandoned, if none began or succeeded since. */
  public synchronized Optional<Change> trouble(Reference reference) {
    return Optional.ofNullable(latest.get(reference)).filter(RotationHealth::isTrouble);
  }

  private static boolean isTrouble(Change change) {
    return switch (change.kind()) {
      case ROTATION_FAILED, ROTATION_ABANDONED -> true;
      case CONTENT, ROTATION_STARTED, ROTATION_SUCCEEDED -> false;
    };
  }
}
