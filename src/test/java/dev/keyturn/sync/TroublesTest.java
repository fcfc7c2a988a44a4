package dev.keyturn.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.ops.OutOfPatience;
import dev.keyturn.ops.VirtualTime;
import dev.keyturn.sync.target.Unwritten;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TroublesTest {
  private final VirtualTime time = new VirtualTime();
  private final Troubles troubles = new Troubles(time, new Random(1));
  private final ExternalSecret resource = Secrets.externalSecret("", Map.of());

  private Duration lasted(String store) {
    return troubles.lasted(
        resource, Verdict.of(new SyncOutcome.StoreRefused(store + " is gone")).orElseThrow());
  }

  @Test
  void a_trouble_lasts_from_its_first_sight() {
    assertThat(lasted("a")).isZero();
    time.advance(Duration.ofMinutes(3));
    assertThat(lasted("a")).hasMinutes(3);
  }

  @Test
  void another_trouble_begins_anew_though_nothing_was_well_in_between() {
    lasted("a");
    time.advance(Duration.ofDays(2));
    assertThat(lasted("b")).isZero();
  }

  @Test
  void an_edit_begins_anew() {
    lasted("a");
    time.advance(Duration.ofDays(2));
    resource.getMetadata().setGeneration(2L);
    assertThat(lasted("a")).isZero();
  }

  @Test
  void what_was_over_begins_anew() {
    lasted("a");
    time.advance(Duration.ofDays(2));
    troubles.over(resource);
    assertThat(lasted("a")).isZero();
  }

  private boolean told(String message) {
    return troubles.note(resource, Verdict.of(new SyncOutcome.StoreRefused(message))).told();
  }

  @Test
  void each_is_told_once_and_again_when_it_was_over() {
    assertThat(told("a")).isFalse();
    troubles.told(resource);
    assertThat(told("a")).isTrue();
    assertThat(told("b")).isFalse();
    troubles.told(resource);
    troubles.over(resource);
    assertThat(told("b")).isFalse();
  }

  @Test
  void what_could_not_be_told_is_told_the_next_time() {
    assertThat(told("a")).isFalse();
    assertThat(told("a")).isFalse();
  }

  @Test
  void a_sync_without_a_turn_has_not_ended() {
    assertThat(troubles.ended(resource)).isFalse();
    troubles.note(
        resource,
        Verdict.of(
            new SyncOutcome.Waits(OutOfPatience.Kind.TURN, "others wait", Optional.empty())));
    assertThat(troubles.ended(resource)).isFalse();
    troubles.note(
        resource,
        Verdict.of(
            new SyncOutcome.NotWritten(new Unwritten.Terminating("shop/db", List.of("x/y")))));
    assertThat(troubles.ended(resource)).isTrue();
    troubles.told(resource);
    assertThat(troubles.ended(resource)).isTrue();
    troubles.over(resource);
    assertThat(troubles.ended(resource)).isFalse();
  }
}
