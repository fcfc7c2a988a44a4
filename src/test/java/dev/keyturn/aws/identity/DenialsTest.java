package dev.keyturn.aws.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.aws.HandClock;
import dev.keyturn.aws.Identities;
import dev.keyturn.source.Identity;
import dev.keyturn.source.Service;
import dev.keyturn.source.SourceFailure;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DenialsTest {
  private static final SourceFailure NO =
      new SourceFailure.Denied("db", "AccessDeniedException", Optional.empty(), "allow it");
  private final HandClock clock = new HandClock();
  private final Denials denials = new Denials(clock);
  private final Identity identity =
      Identities.of(Service.SECRETS_MANAGER, URI.create("http://127.0.0.1:1"), Identities.KEYS);
  private final Identity other =
      Identities.of(Service.PARAMETER_STORE, URI.create("http://127.0.0.1:1"), Identities.KEYS);

  @Test
  void standsForTenSecondsAtFirstAndTenMinutesAtMost() {
    for (int expected : new int[] {10, 20, 40, 80, 160, 320, 600, 600}) {
      denials.denied(identity, "db", NO);
      clock.pass(Duration.ofSeconds(expected).minusMillis(1));
      assertThat(denials.standing(identity, "db")).contains(NO);
      clock.pass(Duration.ofMillis(1));
      assertThat(denials.standing(identity, "db")).isEmpty();
      assertThat(denials.known(identity, "db")).isTrue();
    }
  }

  @Test
  void isThatOfOneIdentityAndOneThing() {
    denials.denied(identity, "db", NO);
    assertThat(denials.standing(other, "db")).isEmpty();
    assertThat(denials.standing(identity, "mq")).isEmpty();
  }

  @Test
  void isForgottenWithTheIdentityOrWhenLifted() {
    denials.denied(identity, "db", NO);
    denials.denied(identity, "mq", NO);
    denials.denied(other, "db", NO);
    denials.lifted(identity, "mq");
    assertThat(denials.known(identity, "mq")).isFalse();
    denials.forget(identity);
    assertThat(denials.known(identity, "db")).isFalse();
    assertThat(denials.known(other, "db")).isTrue();
  }
}
