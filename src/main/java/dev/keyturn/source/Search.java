package dev.keyturn.source;

/** A search as one identity makes it; its content is the list of names that match. */
public record Search(Identity identity, Find find) implements Followed {
  @Override
  public boolean pinned() {
    return false;
  }

  @Override
  public int batchSize() {
    return 1;
  }
}
