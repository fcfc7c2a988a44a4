package dev.keyturn.ops;

/**
 * What is remembered of a mark that a person set, in memory and in a status: an annotation may have
 * 256 KiB.
 */
public final class Brief {
  /** Characters, each of one or two {@code char}. */
  private static final int LONGEST = 100;

  /** Of the beginning that is kept. */
  private static final int BEGINNING = LONGEST / 2;

  private Brief() {}

  /**
   * The mark itself if it is short, as one that was cut already is, else its beginning and a digest
   * of the whole.
   */
  public static String of(String mark) {
    return mark.codePointCount(0, mark.length()) <= LONGEST
        ? mark
        : "%s…%08x"
            .formatted(mark.substring(0, mark.offsetByCodePoints(0, BEGINNING)), mark.hashCode());
  }
}
