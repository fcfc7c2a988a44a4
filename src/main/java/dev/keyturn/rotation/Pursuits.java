package dev.keyturn.rotation;

import dev.keyturn.source.Followed;
import dev.keyturn.source.Search;
import dev.keyturn.source.SecretCache;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The changes that are looked for at the moment, the oldest first. A list is looked at for all
 * events of the same minute together. Guarded by the listener.
 */
final class Pursuits {
  private final SecretCache cache;
  private final Map<SecretEvent, Pursuit> all = new LinkedHashMap<>();
  private final Map<Followed, Pursuit> searches = new HashMap<>();

  Pursuits(SecretCache cache) {
    this.cache = cache;
  }

  /** The pursuit that begins with this notice; empty when it, or all it is about, is on already. */
  Optional<Pursuit> begin(ChangeNotice notice, Set<Followed> about, Instant now) {
    Optional<Pursuit> known = Optional.ofNullable(all.get(notice.change()));
    if (known.isPresent()) {
      known.get().add(notice);
      return Optional.empty();
    }
    Set<Followed> fresh = new HashSet<>(about);
    fresh.removeIf(followed -> joins(notice, followed, now));
    if (fresh.isEmpty()) {
      return Optional.empty();
    }
    Pursuit pursuit = new Pursuit(notice, fresh, cache, now);
    all.put(notice.change(), pursuit);
    fresh.stream()
        .filter(Search.class::isInstance)
        .forEach(search -> searches.put(search, pursuit));
    return Optional.of(pursuit);
  }

  private boolean joins(ChangeNotice notice, Followed followed, Instant now) {
    return Optional.ofNullable(searches.get(followed))
        .filter(pursuit -> pursuit.join(followed, notice, now))
        .isPresent();
  }

  /** Takes off the oldest of more than so many. */
  Optional<Pursuit> oldest(int most) {
    Optional<Pursuit> oldest =
        all.size() > most ? Optional.of(all.values().iterator().next()) : Optional.empty();
    oldest.ifPresent(this::end);
    return oldest;
  }

  boolean isOn(Pursuit pursuit) {
    return pursuit.equals(all.get(pursuit.change()));
  }

  void end(Pursuit pursuit) {
    all.remove(pursuit.change());
    pursuit.about().forEach(followed -> searches.remove(followed, pursuit));
  }

  void endAll() {
    all.clear();
    searches.clear();
  }
}
