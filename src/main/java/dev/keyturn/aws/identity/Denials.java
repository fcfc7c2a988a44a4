package dev.keyturn.aws.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.keyturn.source.Identity;
import dev.keyturn.source.SourceFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * What was denied to whom, so that it is asked again only now and then. A memory, not a rule: when
 * it is full or somebody changed something, it forgets and AWS is asked.
 */
public final class Denials {
  private static final int MOST = 20_000;

  private final Cache<Key, Denial> denials =
      Caffeine.newBuilder().maximumSize(MOST).executor(Runnable::run).build();
  private final InstantSource clock;

  public Denials(InstantSource clock) {
    this.clock = clock;
  }

  /** The denial that still stands; empty when it is time to ask. */
  public Optional<SourceFailure> standing(Identity identity, String what) {
    return Optional.ofNullable(denials.getIfPresent(new Key(identity, what)))
        .filter(denial -> clock.instant().isBefore(denial.until()))
        .map(Denial::failure);
  }

  /** Whether it was denied when last asked, however long ago. */
  public boolean known(Identity identity, String what) {
    return denials.getIfPresent(new Key(identity, what)) != null;
  }

  /** Denied: left alone for a while that doubles from time to time. */
  public void denied(Identity identity, String what, SourceFailure failure) {
    Key key = new Key(identity, what);
    Duration wait =
        Optional.ofNullable(denials.getIfPresent(key))
            .map(denial -> denial.pause().multipliedBy(2))
            .orElse(failure.retry().first());
    Duration longest = failure.retry().longest();
    remember(key, failure, wait.compareTo(longest) > 0 ? longest : wait);
  }

  /** Denied: left alone for just this long. */
  public void denied(Identity identity, String what, SourceFailure failure, Duration wait) {
    remember(new Key(identity, what), failure, wait);
  }

  public void lifted(Identity identity, String what) {
    denials.invalidate(new Key(identity, what));
  }

  public void forget(Identity identity) {
    denials.asMap().keySet().removeIf(key -> key.identity().equals(identity));
  }

  private void remember(Key key, SourceFailure failure, Duration wait) {
    denials.put(key, new Denial(failure, clock.instant().plus(wait), wait));
  }

  private record Key(Identity identity, String what) {}

  private record Denial(SourceFailure failure, Instant until, Duration pause) {}
}
