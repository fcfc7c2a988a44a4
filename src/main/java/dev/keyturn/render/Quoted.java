package dev.keyturn.render;

import java.util.List;
import java.util.stream.Collectors;

/** Names in messages: quoted, without control characters, cut at a readable length. */
final class Quoted {
  private static final int MAX_LENGTH = 120;
  private static final int MAX_NAMES = 10;

  private Quoted() {}

  static String text(String name) {
    String cut = name.length() > MAX_LENGTH ? name.substring(0, MAX_LENGTH) + "…" : name;
    return "'" + cut.replaceAll("\\p{Cntrl}", "?") + "'";
  }

  static String list(List<String> names) {
    String shown =
        names.stream().limit(MAX_NAMES).map(Quoted::text).collect(Collectors.joining(", "));
    int more = names.size() - MAX_NAMES;
    return more > 0 ? shown + " and " + more + " more" : shown;
  }
}
