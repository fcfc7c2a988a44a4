package dev.keyturn.aws.call;

import dev.keyturn.source.SourceFailure;
import dev.keyturn.source.SourceFailure.Malformed;

/** The bounds of a search. */
public final class SearchBounds {
  public static final int MOST = 2_000;

  private SearchBounds() {}

  public static SourceFailure tooMany() {
    return new Malformed(
        "find",
        "TooMany",
        "more than " + MOST + " names match: narrow find.path, find.name or find.tags");
  }

  public static SourceFailure badPattern(String pattern) {
    return new Malformed("find", "BadPattern", "find.name.regexp is not RE2 syntax: " + pattern);
  }
}
