package dev.keyturn.source;

/** What can be asked again and again: a secret, or a search for secrets. */
public sealed interface Followed permits Reference, Search {
  Identity identity();

  /** Always leads to the same content, so that once found it need not be asked for again. */
  boolean pinned();

  /** How many of its like, and of its identity, AWS answers in one call. */
  int batchSize();
}
