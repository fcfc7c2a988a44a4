package dev.keyturn.sync.store;

import dev.keyturn.cluster.ObjectRef;
import dev.keyturn.render.Prefix;
import dev.keyturn.source.Identity;
import java.util.Set;

/** What came of looking a store up. */
public sealed interface Resolution {

  /** Objects whose change may change this resolution. */
  Set<ObjectRef> uses();

  /**
   * The store can be used.
   *
   * @param prefix with {@code $(namespace)} already put in
   */
  record Usable(Identity identity, Prefix prefix, Set<ObjectRef> uses) implements Resolution {
    public Usable {
      uses = Set.copyOf(uses);
    }
  }

  /**
   * The store cannot be used; the message says what to do.
   *
   * @param cause which of the three reasons of a store's Ready condition it is
   */
  record Refused(Cause cause, String message, Set<ObjectRef> uses) implements Resolution {
    public Refused {
      uses = Set.copyOf(uses);
    }
  }

  /** Whether the namespace may use the store is not known yet; who asked is woken when it is. */
  record NamespaceUnknown(String namespace) implements Resolution {
    @Override
    public Set<ObjectRef> uses() {
      return Set.of();
    }
  }

  /** The store belongs to an operator of another class: we keep out. */
  record OtherClass() implements Resolution {
    @Override
    public Set<ObjectRef> uses() {
      return Set.of();
    }
  }

  /** Why a store cannot be used. */
  enum Cause {
    /** There is no such store. */
    ABSENT,
    /** The spec cannot work, or is not built. */
    SPEC,
    /** This namespace may not use it. */
    TENANCY,
    /** Something that it refers to is not there. */
    REFERENCE
  }
}
