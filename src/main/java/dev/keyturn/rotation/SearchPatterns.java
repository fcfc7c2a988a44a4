package dev.keyturn.rotation;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.keyturn.source.Find;
import dev.keyturn.source.Search;
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

  private final Function<String, Pattern> compiler;
  private final Map<Search, Pattern> patterns = new HashMap<>();
  private int instructions;

  SearchPatterns(Function<String, Pattern> compiler) {
    this.compiler = compiler;
  }

  synchronized void add(Search search) {
    if (!patterns.containsKey(search)) {
      compiled(search)
          .filter(pattern -> instructions + pattern.programSize() <= MOST)
          .ifPresent(
              pattern -> {
                patterns.put(search, pattern);
                instructions += pattern.programSize();
              });
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
        .ifPresent(pattern -> instructions -= pattern.programSize());
  }

  /** Whether it may find something of that name, whatever tags that has. */
  boolean mayFind(Search search, String name) {
    Find find = search.find();
    return find.path().filter(under -> !name.startsWith(under)).isEmpty()
        && kept(search).filter(pattern -> !pattern.matcher(name).find()).isEmpty();
  }

  private synchronized Optional<Pattern> kept(Search search) {
    return Optional.ofNullable(patterns.get(search));
  }
}
