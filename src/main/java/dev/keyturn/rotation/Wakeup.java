package dev.keyturn.rotation;

/** Has a dependant synced soon; called from any thread, many times for one change at will. */
@FunctionalInterface
public interface Wakeup {
  void wake(Dependant dependant);
}
