package dev.keyturn.ops;

/** What became of a piece of work that was asked for. */
public sealed interface Turn<T> {
  record Done<T>(T result) implements Turn<T> {}

  /** It was not begun, or not ended; another try may do. */
  record NoTurn<T>(Why why) implements Turn<T> {}

  /** Which limit was met. */
  enum Why {
    /** As many pieces of the party are waited for as may be. */
    OWN,
    /** As many pieces of all are waited for as may be, one of the party among them. */
    ALL,
    /** It used its share where others had none yet. */
    GAVE_WAY,
    /** It was waited for as long as anything is. */
    TOO_LONG
  }
}
