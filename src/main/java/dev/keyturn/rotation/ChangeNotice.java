package dev.keyturn.rotation;

/**
 * A hint that a secret changed: at least once, in any order, possibly somebody else's.
 *
 * @param acknowledgement has the message taken off its queue, without waiting for that
 */
public record ChangeNotice(SecretEvent change, Runnable acknowledgement) {

  /**
   * Takes the message off its queue; to be called once the change was seen and its dependants are
   * queued.
   */
  public void ack() {
    acknowledgement.run();
  }
}
