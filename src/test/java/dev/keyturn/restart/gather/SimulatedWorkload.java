package dev.keyturn.restart.gather;

import dev.keyturn.api.ExternalSecretStatus.Content;
import dev.keyturn.api.ExternalSecretStatus.Stood;
import dev.keyturn.restart.decide.Decision;
import dev.keyturn.restart.decide.FreshnessRules;
import dev.keyturn.restart.decide.Look;
import dev.keyturn.restart.decide.Marks;
import dev.keyturn.restart.decide.PodView;
import dev.keyturn.restart.decide.PodView.ContainerView;
import dev.keyturn.restart.decide.Rules;
import dev.keyturn.restart.decide.Scene;
import dev.keyturn.restart.decide.SecretUse;
import dev.keyturn.restart.decide.SecretUse.Via;
import dev.keyturn.restart.decide.Snapshot;
import dev.keyturn.restart.decide.Subject;
import dev.keyturn.restart.decide.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * A Deployment on nodes whose clocks differ and whose kubelets follow late, beside a leader that
 * comes and goes. What containers really hold is known here, and not to the rules.
 */
final class SimulatedWorkload {
  private static final Instant START = Instant.parse("2026-11-24T12:00:00Z");
  private static final int REPLICAS = 3;

  private final Random random;
  private final Via via;
  private final TreeMap<Instant, String> values = new TreeMap<>(Map.of(Instant.MIN, "A"));
  private final List<SimulatedPod> pods = new ArrayList<>();
  private Content content;
  private Marks marks = Marks.NONE;
  private int revision = 1;
  private Instant now = START;
  private Optional<List<dev.keyturn.restart.decide.Change>> seenFresh = Optional.empty();
  private Instant wake = START;
  final List<String> complaints = new ArrayList<>();
  int restarts;

  SimulatedWorkload(long seed) {
    this.random = new Random(seed);
    this.via = List.of(Via.values()).get(random.nextInt(3));
    this.content = new Content("A", "", Map.of());
    for (int i = 0; i < REPLICAS; i++) {
      pods.add(new SimulatedPod(START.minusSeconds(random.nextInt(7_200)), 1, marks));
    }
  }

  /** A container of a pod of a node. */
  private final class SimulatedPod {
    private final Instant created;
    private final int revision;
    private final Marks marks;
    private final Duration skew = Duration.ofMillis(random.nextInt(60_000) - 30_000L);
    private final Instant setUp;
    private Instant starts;
    private Optional<Instant> started = Optional.empty();
    private boolean restarted;
    private String holds = "";

    SimulatedPod(Instant created, int revision, Marks marks) {
      this.created = created;
      this.revision = revision;
      this.marks = marks;
      this.setUp = created.plusMillis(200 + random.nextInt(3_000));
      this.starts = setUp.plusSeconds(random.nextInt(3) == 0 ? random.nextInt(400) : 1);
    }

    void step() {
      if (started.isEmpty() && !now.isBefore(starts)) {
        started = Optional.of(starts);
        holds = valueAt(read());
      }
    }

    /** How late the kubelet follows: its first look is new, later ones need not be newer. */
    private Instant read() {
      if (!restarted) {
        return (via == Via.ENVIRONMENT ? starts : setUp).minusMillis(random.nextInt(900));
      }
      Instant late = starts.minusSeconds(random.nextInt(via == Via.ENVIRONMENT ? 30 : 150));
      return late.isAfter(setUp) ? late : setUp;
    }

    void restartInPlace() {
      if (started.isPresent()) {
        started = Optional.empty();
        restarted = true;
        starts = now.plusSeconds(1 + random.nextInt(random.nextBoolean() ? 3 : 120));
      }
    }

    PodView seen() {
      Optional<Instant> start = started.map(this::told);
      return new PodView(
          "web",
          created.truncatedTo(java.time.temporal.ChronoUnit.SECONDS),
          marks,
          true,
          String.valueOf(revision),
          start,
          true,
          List.of(
              new ContainerView(
                  "app",
                  start,
                  restarted ? start : Optional.of(told(setUp)).filter(_ -> !now.isBefore(setUp)),
                  Optional.empty())));
    }

    private Instant told(Instant time) {
      return time.plus(skew).truncatedTo(java.time.temporal.ChronoUnit.SECONDS);
    }
  }

  private String valueAt(Instant time) {
    return values.floorEntry(time).getValue();
  }

  private String current() {
    return values.lastEntry().getValue();
  }

  /** A second passes; anything may happen in it. */
  void step(boolean leads, boolean quiet) {
    now = now.plusMillis(1_000 - random.nextInt(2));
    if (!quiet && random.nextInt(60) == 0) {
      change("ABC".substring(random.nextInt(3)).substring(0, 1));
    }
    if (random.nextInt(quiet ? 600 : 90) == 0) {
      pods.get(random.nextInt(pods.size())).restartInPlace();
    }
    if (random.nextInt(quiet ? 900 : 60) == 0) {
      pods.remove(random.nextInt(pods.size()));
    }
    String before = seen();
    pods.forEach(SimulatedPod::step);
    roll();
    if (leads && (!seen().equals(before) || !now.isBefore(wake))) {
      look();
    }
  }

  /** What a Deployment's status tells: events come of that alone. */
  private String seen() {
    return counts().toString() + marks + content;
  }

  void newLeader() {
    seenFresh = Optional.empty();
    wake = now;
  }

  private void change(String value) {
    if (value.equals(current())) {
      return;
    }
    Instant at = now.truncatedTo(java.time.temporal.ChronoUnit.SECONDS);
    Optional<Instant> last = content.changes().values().stream().max(Instant::compareTo);
    Instant counted = last.filter(it -> !at.isAfter(it)).map(it -> it.plusMillis(1)).orElse(at);
    Optional<Stood> stood = Optional.ofNullable(content.stood());
    content =
        new Content(
            value,
            "",
            Map.of(Content.ANY, counted, "password", counted),
            null,
            stood
                .filter(it -> it.hash().equals(value))
                .orElseGet(() -> new Stood(current(), last.orElse(null), counted)));
    values.put(now, value);
    wake = now;
  }

  private void roll() {
    while (pods.size() < REPLICAS) {
      pods.add(new SimulatedPod(now, revision, marks));
    }
    Optional<SimulatedPod> old = pods.stream().filter(it -> it.revision != revision).findFirst();
    boolean allStarted =
        pods.stream().filter(it -> it.revision == revision).allMatch(it -> it.started.isPresent());
    if (old.isPresent() && pods.size() == REPLICAS) {
      pods.add(new SimulatedPod(now, revision, marks));
    } else if (allStarted && pods.size() > REPLICAS) {
      pods.remove(old.orElse(pods.getFirst()));
    }
  }

  private Workload.Counts counts() {
    return new Workload.Counts(
        true,
        REPLICAS,
        pods.size(),
        (int) pods.stream().filter(it -> it.revision == revision).count(),
        (int) pods.stream().filter(it -> it.started.isPresent()).count());
  }

  private void look() {
    Snapshot unseen = snapshot(false);
    boolean known = seenFresh.filter(it -> it.equals(unseen.changes())).isPresent();
    Decision asked = Rules.decide(unseen, now);
    Decision decision = known ? Rules.decide(snapshot(true), now) : asked;
    if (known && asked instanceof Decision.Restart) {
      complaints.add(now + ": who looks anew would restart what was fresh for good");
    }
    wake = now.plusSeconds(3_600);
    switch (decision) {
      case Decision.Fresh _ -> {
        if (FreshnessRules.isForGood(unseen, now)) {
          seenFresh = Optional.of(unseen.changes());
        }
        wake = FreshnessRules.nextLook(unseen, now).orElse(wake);
      }
      case Decision.Wait(var _, Optional<Instant> until, String _) -> wake = until.orElse(wake);
      case Decision.RollingOut(Instant deadline) -> wake = deadline;
      case Decision.Restart _ -> restart(unseen);
      case Decision.Failed _, Decision.Undone _, Decision.HeldBack _, Decision.OptedOut _ ->
          complaints.add(now + ": " + decision);
      case Decision.Report _ -> wake = now.plusSeconds(300);
    }
  }

  private void restart(Snapshot it) {
    if (pods.stream().allMatch(this::surelyHoldsTheNewest)) {
      complaints.add(now + ": restarted for nothing");
    }
    restarts++;
    revision++;
    marks =
        new Marks(
            Map.of("db", it.newestChange()),
            Optional.of(now.truncatedTo(java.time.temporal.ChronoUnit.SECONDS)),
            Optional.of(Duration.ofMinutes(1)));
    wake = now;
  }

  /** Further from every change than any clock or kubelet is late. */
  private boolean surelyHoldsTheNewest(SimulatedPod pod) {
    Duration late = via.equals(Via.ENVIRONMENT) ? Duration.ofSeconds(95) : Duration.ofSeconds(215);
    Instant newest = values.lastKey();
    return pod.started.isPresent()
        && pod.holds.equals(current())
        && (pod.created.isAfter(newest.plusSeconds(7))
            || (pod.restarted && pod.starts.isAfter(newest.plus(late)))
            || values.size() == 1);
  }

  private Snapshot snapshot(boolean seen) {
    SecretUse reader = new SecretUse("db", Optional.of("password"), "app", via, false);
    Subject subject = new Scene().with(it -> it.marks = marks).subject();
    Snapshot known =
        Snapshot.of(
            Scene.deployment(
                subject, counts(), false, false, new Workload.Limit(25, true), Optional.empty()),
            Changes.of(content, Scene.policy(), List.of(reader)),
            List.of(Scene.policy()),
            false,
            seen,
            Optional.empty(),
            Optional.empty());
    return known.with(Look.of(now, pods.stream().map(SimulatedPod::seen).toList()));
  }

  /** What runs, and does not hold the newest. */
  List<String> old() {
    return pods.stream()
        .filter(it -> it.started.isPresent() && !it.holds.equals(current()))
        .map(it -> via + " created " + it.created + ", started " + it.started + ": " + it.holds)
        .toList();
  }
}
