package dev.keyturn.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.render.Checked;
import dev.keyturn.render.Fetched;
import dev.keyturn.render.NoVersions;
import dev.keyturn.render.Plan;
import dev.keyturn.render.Prefix;
import dev.keyturn.render.RenderFailure;
import dev.keyturn.render.Request;
import dev.keyturn.render.SpecReader;
import dev.keyturn.render.StoreView;
import dev.keyturn.source.Service;
import dev.keyturn.sync.target.Unwritten;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeptReadsTest {
  private static final SyncOutcome BUSY =
      new SyncOutcome.NotWritten(new Unwritten.ApiServerBusy("shop/db", "HTTP 500"));

  private final AtomicLong nanos = new AtomicLong();
  private final KeptReads reads = new KeptReads(Secrets.HASH, nanos::get);

  private static ExternalSecret reading(String key) {
    return Secrets.externalSecret(
        """
        data: [{secretKey: a, remoteRef: {key: %s}}]
        dataFrom: [{find: {name: {regexp: "^x"}}}]
        """
            .formatted(key),
        Map.of());
  }

  private static Sources sources(ExternalSecret resource, String prefix) {
    Plan plan = ((Checked.Good<Plan>) SpecReader.read(resource)).value();
    Map<dev.keyturn.render.StoreName, StoreView> views =
        plan.stores().stream()
            .collect(
                Collectors.toMap(
                    store -> store,
                    _ -> new StoreView(Service.SECRETS_MANAGER, new Prefix(prefix))));
    return new Sources(plan, ((Checked.Good<Request>) Request.of(plan, views)).value(), Map.of());
  }

  /** Where {@code v1} is what was read. */
  private Optional<Fetched> kept(ExternalSecret resource, Sources sources, String known) {
    return reads.of(
        resource,
        sources,
        Optional.of(NoVersions.INSTANCE),
        versions -> versions == NoVersions.INSTANCE ? known : "v1");
  }

  @Test
  void what_could_not_be_written_is_not_read_again() {
    ExternalSecret resource = reading("db");
    reads.keep(resource, sources(resource, ""), Fetched.NOTHING, BUSY);
    assertThat(kept(resource, sources(reading("db"), ""), "v1")).contains(Fetched.NOTHING);
  }

  @Test
  void what_had_no_turn_to_be_rendered_is_not_read_again() {
    ExternalSecret resource = reading("db");
    reads.keep(
        resource,
        sources(resource, ""),
        Fetched.NOTHING,
        new SyncOutcome.RenderFailed(
            new RenderFailure.NoTurn("spec.target.template", "others wait"), false));
    assertThat(kept(resource, sources(reading("db"), ""), "v1")).contains(Fetched.NOTHING);
  }

  @Test
  void another_request_is_read() {
    ExternalSecret resource = reading("db");
    reads.keep(resource, sources(resource, ""), Fetched.NOTHING, BUSY);
    assertThat(kept(resource, sources(reading("other"), ""), "v1")).isEmpty();
    assertThat(kept(resource, sources(resource, "team/"), "v1")).isEmpty();
  }

  @Test
  void what_was_written_is_let_go() {
    ExternalSecret resource = reading("db");
    reads.keep(resource, sources(resource, ""), Fetched.NOTHING, BUSY);
    reads.keep(
        resource, sources(resource, ""), Fetched.NOTHING, new SyncOutcome.Kept(List.of(), true));
    assertThat(kept(resource, sources(resource, ""), "v1")).isEmpty();
  }

  @Test
  void what_has_a_newer_version_is_read() {
    ExternalSecret resource = reading("db");
    reads.keep(resource, sources(resource, ""), Fetched.NOTHING, BUSY);
    assertThat(kept(resource, sources(resource, ""), "v2")).isEmpty();
  }

  @Test
  void what_is_followed_is_read_when_nothing_is_known_of_it() {
    ExternalSecret resource = reading("db");
    reads.keep(resource, sources(resource, ""), Fetched.NOTHING, BUSY);
    assertThat(reads.of(resource, sources(resource, ""), Optional.empty(), _ -> "v1")).isEmpty();
  }

  @Test
  void what_is_tried_again_and_again_is_read_anew_after_ten_minutes() {
    ExternalSecret resource = reading("db");
    for (int minute = 0; minute < 10; minute++) {
      reads.keep(resource, sources(resource, ""), Fetched.NOTHING, BUSY);
      assertThat(kept(resource, sources(resource, ""), "v1")).isPresent();
      nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    }
    assertThat(kept(resource, sources(resource, ""), "v1")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"OnChange", "CreatedOnce"})
  void what_nobody_follows_is_read_each_time(String policy) {
    ExternalSecret resource =
        Secrets.externalSecret(
            "refreshPolicy: %s\ndata: [{secretKey: a, remoteRef: {key: db}}]\n".formatted(policy),
            Map.of());
    reads.keep(resource, sources(resource, ""), Fetched.NOTHING, BUSY);
    assertThat(kept(resource, sources(resource, ""), "v1")).isEmpty();
  }
}
