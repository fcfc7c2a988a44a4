package dev.keyturn.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SourceFailureTest {

  @Test
  void itSaysWhatWasAskedForWhatAwsSaidAndWhatToDo() {
    assertThat(FakeSource.notFound("app/db").message())
        .isEqualTo("app/db: ResourceNotFoundException: Create it.");
  }

  @Test
  void passingTroubleIsTriedAgainSoonAndWhatAPersonHasToDoIsNot() {
    assertThat(FakeSource.throttled("db").retry()).isEqualTo(SourceFailure.Retry.SOON);
    assertThat(FakeSource.unavailable("db").retry()).isEqualTo(SourceFailure.Retry.SOON);
    assertThat(FakeSource.notFound("db").retry()).isEqualTo(SourceFailure.Retry.SLOW);
    assertThat(FakeSource.denied("db").retry()).isEqualTo(SourceFailure.Retry.SLOW);
    assertThat(SourceFailure.Retry.SOON.first()).isEqualTo(Duration.ofSeconds(1));
    assertThat(SourceFailure.Retry.SOON.longest()).isEqualTo(Duration.ofMinutes(2));
    assertThat(SourceFailure.Retry.SLOW.first()).isEqualTo(Duration.ofSeconds(10));
    assertThat(SourceFailure.Retry.SLOW.longest()).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void aHostThatWasLeftAloneIsNoNews() {
    assertThat(FakeSource.unavailable("db").notAsked()).isFalse();
    assertThat(
            new SourceFailure.Unavailable("db", SourceFailure.NOT_ASKED, "It is tried again.")
                .notAsked())
        .isTrue();
  }
}
