package dev.keyturn.cluster;

/** How lists are read. */
public final class Lists {
  /** Objects of a page; fewer come where they are large. */
  public static final long PAGE = 500;

  private Lists() {}
}
