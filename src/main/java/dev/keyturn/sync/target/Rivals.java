package dev.keyturn.sync.target;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.Target.CreationPolicy;
import dev.keyturn.cluster.SecretView;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The other ExternalSecrets that want to write the Secret of the same name.
 *
 * @param names of them, by UID
 */
public record Rivals(Map<String, String> names) {
  public static final Rivals NONE = new Rivals(Map.of());

  public Rivals {
    names = Map.copyOf(names);
  }

  /** Of all that have the same target, those who write it and are not this one. */
  public static Rivals of(ExternalSecret resource, Stream<ExternalSecret> sameTarget) {
    Map<String, String> names = new HashMap<>();
    sameTarget
        .filter(other -> other.getSpec().target().creationPolicy() != CreationPolicy.NONE)
        .filter(other -> !other.getMetadata().getUid().equals(resource.getMetadata().getUid()))
        .forEach(other -> names.put(other.getMetadata().getUid(), other.getMetadata().getName()));
    return new Rivals(names);
  }

  boolean has(String name) {
    return names.containsValue(name);
  }

  /** Whether the field manager is one of theirs. */
  boolean have(String manager) {
    return names.keySet().stream().anyMatch(uid -> SecretView.isManager(manager, uid));
  }

  /**
   * Who holds keys of these in the Secret, and which; the one whose name comes first, if there are
   * several. Whoever wrote a key first has it. Where both did, since they wrote the same bytes, it
   * is the one whose name comes first, so that they never take turns.
   */
  Optional<Held> holder(ExternalSecret resource, SecretView live, Collection<String> wanted) {
    Set<String> own = live.keysOf(resource.getMetadata().getUid());
    SortedMap<String, TreeSet<String>> held = new TreeMap<>();
    names.forEach(
        (uid, name) -> {
          TreeSet<String> keys = new TreeSet<>(live.keysOf(uid));
          keys.retainAll(wanted);
          if (resource.getMetadata().getName().compareTo(name) < 0) {
            keys.removeAll(own);
          }
          if (!keys.isEmpty()) {
            held.put(name, keys);
          }
        });
    return held.entrySet().stream()
        .findFirst()
        .map(first -> new Held(first.getKey(), first.getValue()));
  }

  /** The keys that another ExternalSecret has. */
  record Held(String holder, TreeSet<String> keys) {}
}
