package dev.keyturn.sync.target;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.ExternalSecretStatus;
import dev.keyturn.api.ExternalSecretStatus.Binding;
import dev.keyturn.api.ExternalSecretStatus.Content;
import dev.keyturn.api.ExternalSecretStatus.Stood;
import dev.keyturn.source.ContentDigest;
import dev.keyturn.source.KeyedHash;
import dev.keyturn.sync.target.ContentRecorder.Before;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ContentRecorderTest {
  private static final KeyedHash HASH = new KeyedHash("k1", new byte[32]);
  private static final Instant TEN = Instant.parse("2026-11-24T10:00:10Z");
  private static final ContentDigest OLD = digest("user=u", "password=old");
  private static final ContentDigest NEW = digest("user=u", "password=new");

  private static ContentDigest digest(String... entries) {
    Map<String, byte[]> data = new TreeMap<>();
    for (String entry : entries) {
      int equals = entry.indexOf('=');
      data.put(entry.substring(0, equals), entry.substring(equals + 1).getBytes(UTF_8));
    }
    return ContentDigest.of(HASH, data);
  }

  private static Optional<Content> recorded(ContentDigest digest, Map<String, Instant> changes) {
    return Optional.of(new Content(digest.overall(HASH), "inputs", changes));
  }

  private static Map<String, Instant> changes(
      Optional<Content> recorded, Before before, ContentDigest wanted, Instant at) {
    return record(recorded, before, wanted, at).changes();
  }

  @Test
  void a_new_secret_is_no_change() {
    assertThat(changes(Optional.empty(), new Before.Absent(), NEW, TEN)).isEmpty();
  }

  private static Content record(
      Optional<Content> recorded, Before before, ContentDigest wanted, Instant at) {
    Optional<Instant> newest =
        recorded.flatMap(it -> it.changes().values().stream().max(Instant::compareTo));
    return record(new Recorded(recorded, newest), before, wanted, at);
  }

  private static Content record(
      Recorded recorded, Before before, ContentDigest wanted, Instant at) {
    return new ContentRecorder(HASH).record(recorded, before, wanted, "inputs", at);
  }

  private static ExternalSecretStatus status(String secret, Content content) {
    return new ExternalSecretStatus(
        List.of(),
        1L,
        null,
        null,
        secret == null ? null : new Binding(secret),
        List.of(),
        null,
        content,
        null,
        null);
  }

  private static final Content OF_ANOTHER_NAME =
      new Content(NEW.overall(HASH), "inputs", Map.of("*", TEN, "user", TEN), TEN, null);

  private static Content renamed(Before before, Instant at) {
    return record(Recorded.of(status("before", OF_ANOTHER_NAME), "db"), before, NEW, at);
  }

  @Test
  void to_adopt_other_bytes_under_a_new_name_is_a_change() {
    Instant later = TEN.plusSeconds(60);
    assertThat(renamed(new Before.Ours(OLD), later).changes())
        .isEqualTo(Map.of("*", later, "password", later));
    assertThat(renamed(new Before.Ours(NEW), later).changes()).isEmpty();
    assertThat(renamed(new Before.Joined(OLD), later).changes())
        .isEqualTo(Map.of("*", later, "password", later));
  }

  @Test
  void a_change_under_a_new_name_is_later_than_any_under_the_old_one() {
    assertThat(renamed(new Before.Ours(OLD), TEN).changes().get("*")).isAfter(TEN);
  }

  @Test
  void to_make_a_secret_of_a_new_name_is_a_creation() {
    Content made = renamed(new Before.Absent(), TEN.plusSeconds(60));
    assertThat(made.created()).isEqualTo(TEN.plusSeconds(60));
    assertThat(made.changes()).isEmpty();
    assertThat(made.stood()).isNull();
  }

  @Test
  void what_is_recorded_of_the_name_or_of_one_that_was_taken_away_with_its_source_is_kept() {
    Content content = OF_ANOTHER_NAME;
    for (String secret : new String[] {"db", null}) {
      assertThat(Recorded.of(status(secret, content), "db"))
          .isEqualTo(new Recorded(Optional.of(content), Optional.of(TEN)));
    }
    assertThat(Recorded.of(ExternalSecretStatus.EMPTY, "db"))
        .isEqualTo(new Recorded(Optional.empty(), Optional.empty()));
  }

  @Test
  void the_creation_of_a_secret_is_recorded_by_who_creates_it() {
    Content created = record(Optional.empty(), new Before.Absent(), NEW, TEN);
    assertThat(created.created()).isEqualTo(TEN);
    assertThat(
            record(Optional.of(created), new Before.Ours(NEW), OLD, TEN.plusSeconds(9)).created())
        .isEqualTo(TEN);
  }

  @Test
  void to_repair_or_to_take_over_is_no_creation() {
    assertThat(record(recorded(NEW, Map.of()), new Before.Absent(), NEW, TEN).created()).isNull();
    assertThat(record(Optional.empty(), new Before.Ours(OLD), NEW, TEN).created()).isNull();
    assertThat(record(Optional.empty(), new Before.Foreign(), NEW, TEN).created()).isNull();
  }

  @Test
  void a_foreign_value_that_stood_for_long_is_a_change_when_it_is_repaired() {
    Optional<Content> recorded = recorded(NEW, Map.of("*", TEN, "password", TEN));
    Instant strayed = TEN.plusSeconds(3_600);
    Instant repaired = strayed.plusSeconds(7_200);
    Content content = record(recorded, new Before.Strayed(OLD, strayed), NEW, repaired);
    assertThat(content.changes()).isEqualTo(Map.of("*", repaired, "password", repaired));
    assertThat(content.again())
        .as("who holds what was there before, and is there again, is not concerned")
        .contains(new Stood(NEW.overall(HASH), TEN, strayed));
  }

  @Test
  void one_that_is_repaired_at_once_is_none() {
    Optional<Content> recorded = recorded(NEW, Map.of("*", TEN));
    Instant strayed = TEN.plusSeconds(3_600);
    Content content =
        record(recorded, new Before.Strayed(OLD, strayed), NEW, strayed.plusSeconds(10));
    assertThat(content.changes()).isEqualTo(Map.of("*", TEN));
    assertThat(content.stood()).isNull();
    assertThat(changes(recorded, new Before.Strayed(OLD, strayed), NEW, strayed.plusSeconds(11)))
        .containsEntry("password", strayed.plusSeconds(11));
  }

  @Test
  void a_foreign_value_that_is_not_what_is_wanted_now_is_compared_with_that() {
    Content content =
        record(
            recorded(digest("user=u", "password=older"), Map.of()),
            new Before.Strayed(OLD, TEN),
            NEW,
            TEN.plusSeconds(1));
    assertThat(content.changes().keySet()).containsExactly("*", "password");
  }

  @Test
  void of_several_times_in_which_it_stood_the_last_counts() {
    Instant away = TEN.plusSeconds(60);
    Content other = record(recorded(NEW, Map.of("*", TEN)), new Before.Ours(NEW), OLD, away);
    Content back = record(Optional.of(other), new Before.Ours(OLD), NEW, away.plusSeconds(60));
    Content repaired =
        record(
            Optional.of(back),
            new Before.Strayed(OLD, away.plusSeconds(90)),
            NEW,
            away.plusSeconds(120));
    assertThat(repaired.again())
        .contains(new Stood(NEW.overall(HASH), away.plusSeconds(60), away.plusSeconds(90)));
  }

  @Test
  void a_content_that_comes_back_stood_before() {
    Instant away = TEN.plusSeconds(60);
    Content other = record(recorded(OLD, Map.of("*", TEN)), new Before.Ours(OLD), NEW, away);
    assertThat(other.again()).isEmpty();
    Content back = record(Optional.of(other), new Before.Ours(NEW), OLD, away.plusSeconds(60));
    assertThat(back.again()).contains(new Stood(OLD.overall(HASH), TEN, away));
    assertThat(back.changes().get("password")).isEqualTo(away.plusSeconds(60));
    Content same = record(Optional.of(back), new Before.Ours(OLD), OLD, away.plusSeconds(90));
    assertThat(same.again()).isEqualTo(back.again());
    Content once = record(Optional.of(same), new Before.Ours(OLD), NEW, away.plusSeconds(120));
    assertThat(once.again()).isEmpty();
    assertThat(once.stood())
        .isEqualTo(new Stood(OLD.overall(HASH), away.plusSeconds(60), away.plusSeconds(120)));
  }

  @Test
  void what_stood_from_the_beginning_has_no_since() {
    Content other = record(recorded(OLD, Map.of()), new Before.Ours(OLD), NEW, TEN);
    assertThat(other.stood()).isEqualTo(new Stood(OLD.overall(HASH), null, TEN));
    assertThat(record(Optional.empty(), new Before.Ours(OLD), NEW, TEN).stood()).isNull();
  }

  @Test
  void an_adopted_secret_is_no_change_whatever_it_held() {
    assertThat(changes(Optional.empty(), new Before.Foreign(), NEW, TEN)).isEmpty();
    assertThat(changes(recorded(OLD, Map.of()), new Before.Foreign(), NEW, TEN)).isEmpty();
  }

  @Test
  void of_what_is_merged_into_a_secret_only_other_bytes_are_a_change() {
    ContentDigest live = digest("user=u", "password=theirs", "foreign=x");
    ContentDigest wanted = digest("user=u", "password=ours", "token=t");
    assertThat(changes(Optional.empty(), new Before.Joined(live), wanted, TEN))
        .isEqualTo(Map.of("*", TEN, "password", TEN));
    assertThat(changes(Optional.empty(), new Before.Joined(digest("foreign=x")), wanted, TEN))
        .isEmpty();
  }

  @Test
  void other_bytes_are_a_change_of_their_keys_and_of_any() {
    assertThat(changes(recorded(OLD, Map.of()), new Before.Ours(OLD), NEW, TEN))
        .isEqualTo(Map.of("*", TEN, "password", TEN));
  }

  @Test
  void keys_that_come_and_go_are_changes() {
    ContentDigest renamed = digest("login=u", "password=old");
    assertThat(changes(recorded(OLD, Map.of()), new Before.Ours(OLD), renamed, TEN))
        .containsOnlyKeys("*", "login", "user");
  }

  @Test
  void other_keys_keep_their_times() {
    Map<String, Instant> before = Map.of("*", TEN, "user", TEN);
    Instant later = TEN.plusSeconds(60);
    assertThat(changes(recorded(OLD, before), new Before.Ours(OLD), NEW, later))
        .isEqualTo(Map.of("*", later, "password", later, "user", TEN));
  }

  @Test
  void bytes_that_are_recorded_already_are_a_repair_and_no_change() {
    Map<String, Instant> before = Map.of("*", TEN, "user", TEN);
    Optional<Content> recorded = recorded(NEW, before);
    ContentDigest edited = digest("user=u", "password=edited");
    assertThat(changes(recorded, new Before.Ours(edited), NEW, TEN.plusSeconds(9)))
        .isEqualTo(before);
    assertThat(changes(recorded, new Before.Absent(), NEW, TEN.plusSeconds(9))).isEqualTo(before);
    assertThat(changes(recorded, new Before.Ours(NEW), NEW, TEN.plusSeconds(9))).isEqualTo(before);
  }

  @Test
  void a_write_that_was_not_recorded_is_a_change_of_all_keys() {
    assertThat(changes(recorded(OLD, Map.of()), new Before.Ours(NEW), NEW, TEN))
        .isEqualTo(Map.of("*", TEN, "user", TEN, "password", TEN));
  }

  @Test
  void a_secret_that_was_deleted_while_the_source_changed_is_a_change_of_all_keys() {
    assertThat(changes(recorded(OLD, Map.of()), new Before.Absent(), NEW, TEN))
        .containsOnlyKeys("*", "user", "password");
  }

  @Test
  void under_a_lost_hash_key_the_live_bytes_tell() {
    Optional<Content> lost = Optional.of(new Content("k0:12", "inputs", Map.of("*", TEN)));
    Instant later = TEN.plusSeconds(60);
    assertThat(changes(lost, new Before.Ours(NEW), NEW, later)).isEqualTo(Map.of("*", TEN));
    assertThat(changes(lost, new Before.Ours(OLD), NEW, later))
        .isEqualTo(Map.of("*", later, "password", later));
    assertThat(changes(lost, new Before.Absent(), NEW, later)).isEqualTo(Map.of("*", TEN));
  }

  @Test
  void a_second_change_within_the_same_second_counts_as_later_but_not_as_a_later_second() {
    Map<String, Instant> first = changes(recorded(OLD, Map.of()), new Before.Ours(OLD), NEW, TEN);
    ContentDigest newest = digest("user=v", "password=new");
    Map<String, Instant> second = changes(recorded(NEW, first), new Before.Ours(NEW), newest, TEN);
    assertThat(second.get("user")).isAfter(TEN).isBefore(TEN.plusSeconds(1));
    assertThat(second)
        .isEqualTo(Map.of("*", second.get("user"), "user", second.get("user"), "password", TEN));
    Map<String, Instant> third =
        changes(recorded(newest, second), new Before.Ours(newest), NEW, TEN);
    assertThat(third.get("*")).isAfter(second.get("*"));
  }

  @Test
  void an_api_server_whose_clock_is_behind_does_not_turn_time_back() {
    Map<String, Instant> before = Map.of("*", TEN, "user", TEN);
    assertThat(changes(recorded(OLD, before), new Before.Ours(OLD), NEW, TEN.minusSeconds(30)))
        .hasEntrySatisfying("password", at -> assertThat(at).isAfter(TEN))
        .hasEntrySatisfying("*", at -> assertThat(at).isAfter(TEN));
  }

  @Test
  void a_key_that_is_gone_for_a_week_is_forgotten() {
    Instant longAgo = TEN.minus(Duration.ofDays(8));
    Instant lately = TEN.minus(Duration.ofDays(6));
    Map<String, Instant> before =
        Map.of("*", lately, "gone", longAgo, "goneLately", lately, "user", longAgo);
    assertThat(changes(recorded(NEW, before), new Before.Ours(NEW), NEW, TEN))
        .isEqualTo(Map.of("*", lately, "goneLately", lately, "user", longAgo));
  }

  @Test
  void of_keys_that_are_gone_five_hundred_are_remembered() {
    Map<String, Instant> before = new TreeMap<>();
    IntStream.range(0, 600).forEach(i -> before.put("gone" + i, TEN.minusSeconds(i)));
    assertThat(changes(recorded(NEW, before), new Before.Ours(NEW), NEW, TEN))
        .hasSize(500)
        .containsKeys("gone0", "gone499");
  }

  private static final String[] MANY =
      IntStream.range(0, 600).mapToObj(i -> "key%d=old".formatted(i)).toArray(String[]::new);

  private static ContentDigest many(int changed, String value) {
    String[] entries = MANY.clone();
    for (int i = 0; i < changed; i++) {
      entries[i] = "key%d=%s".formatted(i, value);
    }
    return digest(entries);
  }

  @Test
  void very_many_keys_that_change_at_once_count_as_each() {
    ContentDigest before = digest(MANY);
    ContentDigest after = many(600, "new");
    assertThat(changes(recorded(before, Map.of()), new Before.Ours(before), after, TEN))
        .isEqualTo(Map.of("*", TEN, "**", TEN));
  }

  @Test
  void after_that_a_single_key_is_told_apart_again() {
    ContentDigest before = digest(MANY);
    Instant later = TEN.plusSeconds(60);
    assertThat(
            changes(
                recorded(before, Map.of("*", TEN, "**", TEN)),
                new Before.Ours(before),
                many(1, "new"),
                later))
        .isEqualTo(Map.of("*", later, "**", TEN, "key0", later));
  }

  @Test
  void of_very_many_keys_those_that_changed_last_are_told_apart() {
    ContentDigest now = digest(MANY);
    Map<String, Instant> before = new TreeMap<>(Map.of("*", TEN));
    IntStream.range(0, 600).forEach(i -> before.put("key" + i, TEN.minusSeconds(i)));
    assertThat(changes(recorded(now, before), new Before.Ours(now), now, TEN))
        .hasSize(502)
        .containsEntry("key499", TEN.minusSeconds(499))
        .containsEntry("**", TEN.minusSeconds(500));
  }

  @Test
  void fewer_with_long_names_are_told_apart() {
    ContentDigest before = digest(longNames("old"));
    ContentDigest after = digest(longNames("new"));
    assertThat(changes(recorded(before, Map.of()), new Before.Ours(before), after, TEN))
        .isEqualTo(Map.of("*", TEN, "**", TEN));
  }

  private static String[] longNames(String value) {
    return IntStream.range(0, 100)
        .mapToObj(i -> "%s%d=%s".formatted("k".repeat(250), i, value))
        .toArray(String[]::new);
  }

  /** Nor does what is gone take the place of what is there. */
  @Test
  void keys_that_are_gone_make_none_that_is_there_a_change() {
    Map<String, Instant> before = new TreeMap<>(Map.of("*", TEN, "user", TEN.minusSeconds(9_000)));
    IntStream.range(0, 600).forEach(i -> before.put("gone" + i, TEN.minusSeconds(i)));
    assertThat(changes(recorded(NEW, before), new Before.Ours(NEW), NEW, TEN))
        .hasSize(502)
        .containsEntry("user", TEN.minusSeconds(9_000))
        .doesNotContainKey("**");
  }
}
