package dev.keyturn.aws.call;

import dev.keyturn.source.SourceFailure;
import dev.keyturn.source.SourceFailure.Malformed;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * How far one listing may go. Whoever waits for it is one of few reconcilers, and an endpoint of a
 * tenant's choice may always have one more page.
 */
public final class Pages {
  /** 500,000 secrets, the quota of a region ("Secrets Manager quotas", AWS), a hundred a page. */
  private static final int MOST = 5_000;

  private static final Duration LONGEST = Duration.ofMinutes(2);

  private final InstantSource clock;
  private final Instant end;
  private Optional<String> last = Optional.empty();
  private int turned;

  public Pages(InstantSource clock) {
    this.clock = clock;
    this.end = clock.instant().plus(LONGEST);
  }

  /** Whether to go on to the next page would lead nowhere. */
  public boolean endless(Optional<String> next) {
    if (next.isEmpty()) {
      return false;
    }
    boolean repeated = next.equals(last);
    last = next;
    turned++;
    return repeated || turned >= MOST || clock.instant().isAfter(end);
  }

  public static SourceFailure failure(String subject) {
    return new Malformed(
        subject,
        "EndlessPages",
        "the endpoint has more than "
            + MOST
            + " pages, repeats one, or takes longer than "
            + LONGEST.toMinutes()
            + " minutes: narrow find.path, or correct the store's endpoints");
  }
}
