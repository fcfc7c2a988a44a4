package dev.keyturn.api;

import java.util.Optional;

/**
 * An object of ours that the API server may hold in a form which we cannot read: a CRD of another
 * version admits what this one does not. Then its metadata and its status stand, and its spec asks
 * for nothing.
 */
public sealed interface MaybeUnreadable permits ExternalSecret, Store {

  /** What to do about it, after the field. */
  String ADVICE =
      "this cannot be read: correct it; if it is right, apply the CRDs of the operator's version";

  /** The path of the field that cannot be read, never its value; empty: all was read. */
  Optional<String> unreadable();

  /** Makes this object stand for one that cannot be read. */
  void becomeUnreadable(String field);
}
