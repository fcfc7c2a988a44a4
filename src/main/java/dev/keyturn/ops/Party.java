package dev.keyturn.ops;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.locks.Condition;

/** One of those who share, and what it asks for. Guarded by the share. */
final class Party {
  final String name;
  final Queue<Piece> waiting = new ArrayDeque<>();
  Optional<Piece> underWay = Optional.empty();
  boolean runs;
  int asked;
  long used;

  Party(String name, long used) {
    this.name = name;
    this.used = used;
  }

  /** A piece of its work. */
  static final class Piece {
    final Party party;
    final Runnable work;
    final Condition turn;
    boolean mayRun;
    boolean abandoned;
    long since;
    long used;

    Piece(Party party, Runnable work, Condition turn) {
      this.party = party;
      this.work = work;
      this.turn = turn;
    }

    void charge(long now) {
      party.used += now - since;
      used += now - since;
      since = now;
    }
  }

  /** Ends the work of a piece from within, where it looks at the time. */
  static final class GivesWay extends RuntimeException {
    private static final long serialVersionUID = 1;

    GivesWay() {
      super("gives way to others", null, false, false);
    }
  }
}
