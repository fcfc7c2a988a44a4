package dev.keyturn.sync.target;

import dev.keyturn.api.ExternalSecretStatus;
import dev.keyturn.api.ExternalSecretStatus.Content;
import java.time.Instant;
import java.util.Optional;

/**
 * What status says of the Secret of a name: nothing, if it tells of one of another name.
 *
 * @param newest of the changes that it tells of, under whatever name: the next one has to be later
 */
public record Recorded(Optional<Content> content, Optional<Instant> newest) {

  /** Where the source is gone, the Secret went, and with it the binding; its record did not. */
  public static Recorded of(ExternalSecretStatus status, String secret) {
    Optional<Content> content = Optional.ofNullable(status.content());
    return new Recorded(
        content.filter(_ -> status.binding() == null || status.binding().name().equals(secret)),
        content.flatMap(it -> it.changes().values().stream().max(Instant::compareTo)));
  }
}
