package dev.keyturn.rotation;

import com.github.benmanes.caffeine.cache.Interner;
import dev.keyturn.source.Search;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The names that the searches of each dependant found, as long as it follows them. What does not
 * fit is not kept: it is searched for again.
 */
public final class FoundNames {
  /** Characters of the names of one namespace. */
  private static final long MOST = 4 << 20;

  private record Found(Map<Search, List<String>> names, long characters) {}

  private final Interner<String> interner = Interner.newWeakInterner();
  private final Map<Dependant, Found> found = new HashMap<>();
  private final Map<String, Long> namespaces = new HashMap<>();

  /** The same names, each as the one text that all share who found it. */
  public List<String> shared(List<String> names) {
    return names.stream().map(interner::intern).toList();
  }

  public synchronized void keep(Dependant dependant, Map<Search, List<String>> names) {
    drop(dependant);
    long characters = names.values().stream().flatMap(List::stream).mapToLong(String::length).sum();
    long all = namespaces.getOrDefault(dependant.namespace(), 0L) + characters;
    if (!names.isEmpty() && all <= MOST) {
      found.put(dependant, new Found(Map.copyOf(names), characters));
      namespaces.put(dependant.namespace(), all);
    }
  }

  public synchronized void drop(Dependant dependant) {
    long characters =
        Optional.ofNullable(found.remove(dependant)).map(Found::characters).orElse(0L);
    namespaces.computeIfPresent(
        dependant.namespace(), (_, all) -> all > characters ? all - characters : null);
  }

  /** Nothing of what was not kept. */
  public synchronized Map<Search, List<String>> of(Dependant dependant) {
    return Optional.ofNullable(found.get(dependant)).map(Found::names).orElse(Map.of());
  }
}
