package dev.keyturn.rotation;

import java.util.List;

/** A queue of change events. */
public interface ChangeFeed {
  /** Waits for the next events (a long poll); empty when none came. */
  List<ChangeNotice> next() throws InterruptedException;
}
