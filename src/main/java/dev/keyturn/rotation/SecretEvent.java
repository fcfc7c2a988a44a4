package dev.keyturn.rotation;

import dev.keyturn.source.Service;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Something that happened to a secret, as an event tells it.
 *
 * @param account AWS account id; empty where the event does not tell
 * @param secret name, full ARN or partial ARN, as the event spells it
 * @param stages the staging labels that moved; empty: any may have
 * @param versionId the announced version, where the event tells
 * @param at when AWS says it happened
 */
public record SecretEvent(
    Kind kind,
    Service service,
    String account,
    String region,
    String secret,
    Set<String> stages,
    Optional<String> versionId,
    Instant at) {
  public SecretEvent {
    stages = Set.copyOf(stages);
  }

  /** What happened. */
  public enum Kind {
    /** Its value or its labels. */
    CONTENT,
    /** It came, went or came back: searches may find other names. */
    EXISTENCE,
    /** Its tags, by which searches find it. */
    TAGS,
    ROTATION_STARTED,
    ROTATION_SUCCEEDED,
    ROTATION_FAILED,
    /** Somebody put a value by hand while a rotation was under way. */
    ROTATION_ABANDONED;

    /** A rotation ended otherwise than it should. */
    public boolean isTrouble() {
      return switch (this) {
        case ROTATION_FAILED, ROTATION_ABANDONED -> true;
        case CONTENT, EXISTENCE, TAGS, ROTATION_STARTED, ROTATION_SUCCEEDED -> false;
      };
    }

    /** It tells how a rotation goes. */
    boolean isOfRotation() {
      return switch (this) {
        case ROTATION_STARTED, ROTATION_SUCCEEDED, ROTATION_FAILED, ROTATION_ABANDONED -> true;
        case CONTENT, EXISTENCE, TAGS -> false;
      };
    }

    /** A search may find something else than before. */
    boolean isOfSearches() {
      return switch (this) {
        case EXISTENCE, TAGS -> true;
        case CONTENT, ROTATION_STARTED, ROTATION_SUCCEEDED, ROTATION_FAILED, ROTATION_ABANDONED ->
            false;
      };
    }
  }
}
