package dev.keyturn.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.StoreKind;
import dev.keyturn.ops.VirtualTime;
import dev.keyturn.render.Checked;
import dev.keyturn.render.Fetched;
import dev.keyturn.render.Plan;
import dev.keyturn.render.Prefix;
import dev.keyturn.render.Rendered;
import dev.keyturn.render.Renderer;
import dev.keyturn.render.Request;
import dev.keyturn.render.SourceList;
import dev.keyturn.render.SpecReader;
import dev.keyturn.render.StoreName;
import dev.keyturn.render.StoreView;
import dev.keyturn.render.TemplateSources;
import dev.keyturn.rotation.Dependant;
import dev.keyturn.rotation.StageWatch;
import dev.keyturn.rotation.WatchMeters;
import dev.keyturn.rotation.Watchlist;
import dev.keyturn.source.CacheMeters;
import dev.keyturn.source.FakeSource;
import dev.keyturn.source.Freshness;
import dev.keyturn.source.Identity;
import dev.keyturn.source.SecretCache;
import dev.keyturn.source.Service;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each trouble that a source can be, held for ten minutes, with all that may wake: the retry of the
 * verdict, and the watch that looks by itself. Counts reconciles, requests to the source and what
 * is written for people to read. What {@link OutcomesTest} holds for a verdict alone.
 */
class HeldTroubleTest {
  private static final Duration HELD = Duration.ofMinutes(10);
  private static final Duration STEP = Duration.ofMillis(100);
  private static final StoreName STORE = new StoreName(StoreKind.SECRET_STORE, "aws");
  private static final Identity IDENTITY = FakeSource.identity("eu-central-1");
  private static final String CURRENT = "data: [{secretKey: a, remoteRef: {key: db}}]\n";
  private static final String PREVIOUS =
      "data: [{secretKey: a, remoteRef: {key: db, version: AWSPREVIOUS}}]\n";
  private static final String PROPERTY =
      "data: [{secretKey: a, remoteRef: {key: db, property: nowhere}}]\n";

  /**
   * @param requests to the source, of which one may be a call for twenty
   * @param told times that a status is written with an event
   */
  record Counts(int reconciles, int requests, int told) {}

  static Stream<Arguments> troubles() {
    return Stream.of(
        row("nothing", CURRENT, "1h", _ -> {}, new Counts(1, 2, 1)),
        row("nothing, looked at often", CURRENT, "30s", _ -> {}, new Counts(1, 21, 1)),
        row("no source", CURRENT, "1h", it -> it.remove("db"), new Counts(7, 13, 1)),
        row(
            "denied",
            CURRENT,
            "1h",
            it -> it.fail("db", FakeSource.denied("db")),
            new Counts(7, 13, 1)),
        row(
            "denied, looked at often",
            CURRENT,
            "5s",
            it -> it.fail("db", FakeSource.denied("db")),
            new Counts(7, 13, 1)),
        row(
            "denied to read, though not to look",
            PREVIOUS,
            "1h",
            it -> it.failReads("db", FakeSource.denied("db")),
            new Counts(9, 14, 1)),
        row(
            "throttled",
            CURRENT,
            "30s",
            it -> it.fail("db", FakeSource.throttled("db")),
            new Counts(12, 38, 1)),
        row(
            "out of reach",
            CURRENT,
            "30s",
            it -> it.outage(FakeSource.unavailable("region")),
            new Counts(12, 38, 1)),
        row(
            "broken down",
            CURRENT,
            "30s",
            it -> it.breakDown(new IllegalStateException("defect")),
            new Counts(12, 38, 1)),
        row("without its property", PROPERTY, "30s", _ -> {}, new Counts(7, 27, 1)));
  }

  private static Arguments row(
      String sentence, String spec, String interval, Consumer<FakeSource> trouble, Counts counts) {
    return arguments(sentence, spec + "refreshInterval: " + interval, trouble, counts);
  }

  private final VirtualTime time = new VirtualTime();
  private final FakeSource source = new FakeSource();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final SecretCache cache =
      new SecretCache(
          source,
          FakeSource::hash,
          time,
          time,
          SecretCache.Bounds.DEFAULT,
          new CacheMeters(meters));
  private boolean woken;
  private final Watchlist watchlist = new Watchlist(cache, _ -> woken = true);
  private final StageWatch watch =
      new StageWatch(cache, watchlist, time, time, new Random(1), new WatchMeters(meters));
  private final Reader reader =
      Readers.reader(source, cache, watchlist, new VirtualTime(), _ -> {});
  private final Renderer renderer =
      new Renderer(time, System::nanoTime, () -> 0L, new SecureRandom());
  private final Troubles troubles = new Troubles(time, new Random(1));
  private int reconciles;
  private int told;

  @ParameterizedTest(name = "{0}: {3}")
  @MethodSource("troubles")
  void is_no_busy_loop(String sentence, String spec, Consumer<FakeSource> trouble, Counts counts)
      throws Exception {
    source.put("db", "v1", "{}");
    trouble.accept(source);
    ExternalSecret resource = Secrets.externalSecret(spec, Map.of());
    Instant end = time.instant().plus(HELD);
    watch.start();
    Optional<Instant> again = Optional.of(time.instant());
    while (time.instant().isBefore(end)) {
      if (woken || again.filter(at -> !at.isAfter(time.instant())).isPresent()) {
        woken = false;
        again = reconciled(resource).map(time.instant()::plus);
      }
      time.advance(STEP);
    }
    assertThat(new Counts(reconciles, source.requests().size(), told)).isEqualTo(counts);
  }

  /** As {@link Sync} and {@link ExternalSecretReconciler} go on, with a Secret nobody disturbs. */
  private Optional<Duration> reconciled(ExternalSecret resource) throws Exception {
    reconciles++;
    SyncOutcome outcome = synced(resource, sources(resource));
    Troubles.Course course = troubles.note(resource, Verdict.of(outcome));
    if (course.isDue()) {
      told += course.told() ? 0 : 1;
      troubles.told(resource);
    }
    return course.again();
  }

  private SyncOutcome synced(ExternalSecret resource, Sources sources) throws Exception {
    Optional<Duration> interval = Optional.of(resource.getSpec().refreshInterval());
    Fetched fetched = fetched(Dependants.of(resource), sources);
    reader.follow(resource, sources, fetched, interval);
    return switch (renderer.render(
        sources.plan(), sources.request(), fetched, TemplateSources.NONE)) {
      case Rendered.Unread(var failures) -> new SyncOutcome.Unread(failures, Optional.empty());
      case Rendered.Failed(var failure) -> new SyncOutcome.RenderFailed(failure, true);
      case Rendered.Kept(var missing) -> new SyncOutcome.Kept(missing, false);
      case Rendered.Gone(var missing) -> new SyncOutcome.SourceGone(missing);
      case Rendered.Done _ ->
          new SyncOutcome.Synced(
              Optional.empty(), new SourceList(List.of(), 0), true, List.of(), Optional.empty());
    };
  }

  /** Time stands still until all is asked for, and goes on for as long as a batch waits. */
  private Fetched fetched(Dependant dependant, Sources sources) throws Exception {
    FutureTask<Fetched> fetch =
        new FutureTask<>(() -> reader.fetch(dependant, sources, Freshness.HELD));
    Thread thread = Thread.ofPlatform().start(fetch);
    while (!fetch.isDone() && thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    time.advance(STEP);
    return fetch.get();
  }

  private static Sources sources(ExternalSecret resource) {
    if (!(SpecReader.read(resource) instanceof Checked.Good<Plan>(Plan plan))) {
      throw new AssertionError("not a good spec");
    }
    StoreView view = new StoreView(Service.SECRETS_MANAGER, new Prefix(""));
    if (!(Request.of(plan, Map.of(STORE, view))
        instanceof Checked.Good<Request>(Request request))) {
      throw new AssertionError("not a good request");
    }
    return new Sources(plan, request, Map.of(STORE, IDENTITY));
  }
}
