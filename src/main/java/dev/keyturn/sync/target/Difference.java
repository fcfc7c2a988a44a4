package dev.keyturn.sync.target;

import dev.keyturn.cluster.SecretView;
import dev.keyturn.render.SecretData;
import dev.keyturn.source.ContentDigest;
import dev.keyturn.source.KeyedHash;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/** What a Secret would have to change to hold what is wanted, by the names of its keys. */
final class Difference {
  private static final int LISTED = 5;

  private Difference() {}

  /** Empty if type and bytes are the same. */
  static Optional<String> between(SecretView live, SecretData wanted, KeyedHash hash) {
    ContentDigest after = ContentDigest.of(hash, wanted.data());
    List<String> added = new ArrayList<>();
    List<String> removed = new ArrayList<>();
    List<String> changed = new ArrayList<>();
    SortedSet<String> keys = after.changedSince(live.digest());
    for (String key : keys) {
      boolean before = live.digest().keys().containsKey(key);
      (!before ? added : after.keys().containsKey(key) ? changed : removed).add(key);
    }
    List<String> all = new ArrayList<>();
    if (!live.type().equals(wanted.type())) {
      all.add("has type %s, not %s".formatted(live.type(), wanted.type()));
    }
    name("has another value under ", changed, all);
    name("lacks ", added, all);
    name("has more: ", removed, all);
    return all.isEmpty() ? Optional.empty() : Optional.of("it " + String.join("; it ", all));
  }

  private static void name(String what, List<String> keys, List<String> all) {
    if (!keys.isEmpty()) {
      all.add(what + listed(keys));
    }
  }

  /** The first of them, and how many more there are. */
  static String listed(List<String> keys) {
    String more = keys.size() > LISTED ? " and %d more".formatted(keys.size() - LISTED) : "";
    return String.join(", ", keys.subList(0, Math.min(LISTED, keys.size()))) + more;
  }
}
