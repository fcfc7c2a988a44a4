package dev.keyturn.aws.identity;

import java.time.Duration;
import java.time.Instant;
import software.amazon.awssdk.auth.credentials.AwsCredentials;

/**
 * Credentials and how long they are good for.
 *
 * @param refreshAt when to get the next ones, ahead of the end
 */
record Issued(AwsCredentials credentials, Instant refreshAt, Instant expires) {
  private static final Duration LONGEST_LEAD = Duration.ofMinutes(10);
  private static final Duration BRIEFLY = Duration.ofMinutes(1);
  private static final Duration SPREAD = Duration.ofMinutes(2);

  static Issued lasting(AwsCredentials credentials) {
    return new Issued(credentials, Instant.MAX, Instant.MAX);
  }

  /** From a provider that keeps them fresh itself: to be asked for again soon. */
  static Issued briefly(AwsCredentials credentials, Instant now) {
    Instant soon = now.plus(BRIEFLY);
    return new Issued(credentials, soon, soon);
  }

  /** To be refreshed in the last quarter or the last ten minutes, not all at the same moment. */
  static Issued until(AwsCredentials credentials, Instant now, Instant expires) {
    Duration quarter = Duration.between(now, expires).dividedBy(4);
    Duration lead = quarter.compareTo(LONGEST_LEAD) > 0 ? LONGEST_LEAD : quarter;
    long spread = Math.min(SPREAD.toMillis(), lead.toMillis() / 2);
    long offset = Math.floorMod(credentials.accessKeyId().hashCode(), Math.max(1, spread));
    return new Issued(credentials, expires.minus(lead).minusMillis(offset), expires);
  }

  Issued refreshingAt(Instant at) {
    return new Issued(credentials, at, expires);
  }

  @Override
  public String toString() {
    return "Issued[redacted, until " + expires + "]";
  }
}
