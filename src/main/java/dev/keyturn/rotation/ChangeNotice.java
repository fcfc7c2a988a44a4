package dev.keyturn.rotation;

import java.time.Instant;
import java.util.Optional;

/**
 * A hint that a secret changed: at least once, in any order, possibly somebody else's.
 *
 * @param service the service it is about
 * @param account AWS account id; empty where the event does not tell
 * @param secret name, full ARN or partial ARN, as the event spells it
 * @param versionId the announced version, where the event tells
 * @param at when AWS says it happened
 * @param acknowledgement takes the message off its queue
 */
public record ChangeNotice(
    dev.keyturn.source.Service service,
    String account,
    String region,
    String secret,
    Optional<String> versionId,
    Instant at,
    Runnable acknowledgement) {

  /**
   * Takes the message off its queue; to be called once the change was seen and its dependants are
   * queued.
   */
  public void ack() {
    acknowledgement.run();
  }
}
