package dev.keyturn.rotation;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.keyturn.ops.Room;
import dev.keyturn.source.Find;
import dev.keyturn.source.Search;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The compiled patterns of the searches that are followed: each event is held against all of them.
 * What is too large to be kept, and tried each time, counts as one that may find anything.
 */
final class SearchPatterns {
  /** Instructions of all; with what a match needs, some 20 MiB. */
  private static final int MOST = 100_000;

  /** Of each namespace: a hundred ordinary patterns. */
  private static final int OWN = 2_000;

  private final Function<String, Pattern> compiler;
  private final Room room = new Room(OWN, MOST);
  private final Map<Search, Kept> patterns = new HashMap<>();

  /**
   * @param namespace of one who follows it
   */
  private record Kept(Pattern pattern, String namespace) {}

  SearchPatterns(Function<String, Pattern> compiler) {
    this.compiler = compiler;
  }

  /**
   * @param namespaces of who follow it
   */
  void add(Search search, Collection<String> namespaces) {
    if (kept(search).isEmpty()) {
      compiled(search).ifPresent(pattern -> keep(search, pattern, namespaces));
    }
  }

  private synchronized void keep(Search search, Pattern pattern, Collection<String> namespaces) {
    if (!patterns.containsKey(search)) {
      namespaces.stream()
          .filter(namespace -> room.replace(namespace, 0, pattern.programSize()))
          .findFirst()
          .ifPresent(namespace -> patterns.put(search, new Kept(pattern, namespace)));
    }
  }

  private Optional<Pattern> compiled(Search search) {
    try {
      return search.find().nameRegexp().map(compiler);
    } catch (PatternSyntaxException e) {
      return Optional.empty();
    }
  }

  synchronized void remove(Search search) {
    Optional.ofNullable(patterns.remove(search))
        .ifPresent(kept -> room.give(kept.namespace(), kept.pattern().programSize()));
  }

  /** Whether it may find something of that name, whatever tags that has. */
  boolean mayFind(Search search, String name) {
    Find find = search.find();
    return find.path().filter(under -> !name.startsWith(under)).isEmpty()
        && kept(search).filter(pattern -> !pattern.matcher(name).find()).isEmpty();
  }

  private synchronized Optional<Pattern> kept(Search search) {
    return Optional.ofNullable(patterns.get(search)).map(Kept::pattern);
  }
}
