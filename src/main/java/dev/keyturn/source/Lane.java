package dev.keyturn.source;

/** Requests that can share a call: of one identity, of one kind, so many to a call. */
record Lane(Identity identity, Kind kind, int size) {
  enum Kind {
    READ,
    LOOK,
    FIND
  }

  static Lane reading(Reference reference) {
    return new Lane(reference.identity(), Kind.READ, reference.batchSize());
  }

  static Lane looking(Reference reference) {
    return new Lane(reference.identity(), Kind.LOOK, reference.batchSize());
  }

  static Lane finding(Search search) {
    return new Lane(search.identity(), Kind.FIND, search.batchSize());
  }
}
