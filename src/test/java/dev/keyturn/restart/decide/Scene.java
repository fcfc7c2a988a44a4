package dev.keyturn.restart.decide;

import dev.keyturn.api.RestartSpec;
import dev.keyturn.restart.decide.PodView.ContainerView;
import dev.keyturn.restart.decide.SecretUse.Via;
import dev.keyturn.restart.decide.Snapshot.AskedRestart;
import dev.keyturn.restart.decide.Snapshot.Refusal;
import dev.keyturn.restart.decide.Subject.Consent;
import dev.keyturn.restart.decide.Workload.Counts;
import dev.keyturn.restart.decide.Workload.Limit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * A workload "web" whose one pod started a day ago, and a Secret "db" that changed at {@link
 * #CHANGED}, unless a test says otherwise.
 */
public final class Scene {
  public static final Instant CHANGED = Instant.parse("2026-11-24T12:00:00Z");
  static final SecretUse READER =
      new SecretUse("db", Optional.of("password"), "app", Via.ENVIRONMENT, false);

  String kind = "Deployment";
  String name = "web";
  public Consent consent = Consent.UNSAID;
  int wave;
  public Marks marks = Marks.NONE;
  List<RestartPolicy> policies = List.of();
  boolean namespaceOptedOut;
  boolean seenFresh;
  boolean looked = true;
  Optional<String> obstacle = Optional.empty();
  Instant lookedAt = CHANGED;
  Instant created = CHANGED.minus(Duration.ofDays(2));
  Optional<Refusal> refusal = Optional.empty();
  Optional<String> lacks = Optional.empty();
  public List<Change> changes = List.of(change("db", CHANGED, policy()));
  List<PodView> pods = List.of(pod("web-1", CHANGED.minus(Duration.ofDays(1))));
  public Optional<AskedRestart> remembered = Optional.empty();
  UnaryOperator<Workload> shape = UnaryOperator.identity();
  Counts counts = new Counts(true, 2, 2, 2, 2);

  public static Change change(String secret, Instant at, RestartPolicy policy) {
    return new Change(
        secret,
        at,
        new TreeSet<>(List.of("password")),
        List.of(new SecretUse(secret, Optional.of("password"), "app", Via.ENVIRONMENT, false)),
        Optional.empty(),
        policy);
  }

  /** One that may surge as far as it may be short of pods. */
  public static Workload.Deployment deployment(
      Subject subject,
      Counts counts,
      boolean paused,
      boolean recreate,
      Limit maxUnavailable,
      Optional<Instant> lastSign) {
    return new Workload.Deployment(
        subject,
        counts,
        paused,
        recreate,
        maxUnavailable,
        maxUnavailable,
        lastSign,
        Optional.empty(),
        Optional.empty());
  }

  static Workload.StatefulSet statefulSet(
      Subject subject, Counts counts, boolean onDelete, int partition, boolean revisionsEqual) {
    return new Workload.StatefulSet(
        subject, counts, onDelete, partition, revisionsEqual, Limit.ONE);
  }

  public static RestartPolicy policy() {
    return new Policy().build();
  }

  static PodView pod(String name, Instant created) {
    return pod(name, created, new ContainerView("app", Optional.of(created), Optional.empty()));
  }

  static PodView pod(String name, Instant created, ContainerView... containers) {
    return new PodView(
        name, created, Marks.NONE, true, "1", Optional.of(created), true, List.of(containers));
  }

  static PodView marked(PodView pod, Instant restartedFor) {
    return new PodView(
        pod.name(),
        pod.createdAt(),
        marksFor(restartedFor),
        pod.runs(),
        pod.revision(),
        pod.readySince(),
        pod.onReadyNode(),
        pod.containers());
  }

  static Marks marksFor(Instant at) {
    return new Marks(Map.of("db", at), Optional.empty(), Optional.empty());
  }

  public Scene with(java.util.function.Consumer<Scene> change) {
    change.accept(this);
    return this;
  }

  /** With so many pods from before the change. */
  public Scene stale(int count) {
    pods =
        IntStream.range(0, count)
            .mapToObj(i -> pod("web-" + i, CHANGED.minus(Duration.ofDays(1))))
            .toList();
    return this;
  }

  public Scene named(String other) {
    name = other;
    return this;
  }

  public Snapshot snapshot() {
    Snapshot known =
        Snapshot.of(
                shape.apply(workload()),
                changes,
                policies.isEmpty() ? changes.stream().map(Change::policy).toList() : policies,
                namespaceOptedOut,
                seenFresh,
                remembered,
                Optional.empty())
            .lacking(lacks);
    Snapshot told = refusal.map(known::refused).orElse(known);
    return obstacle
        .map(Look::failed)
        .or(() -> Optional.of(Look.of(lookedAt, pods)).filter(_ -> looked))
        .map(told::with)
        .orElse(told);
  }

  public Subject subject() {
    return new Subject(
        kind,
        "shop",
        name,
        "uid-" + name,
        "7",
        created,
        consent,
        wave,
        marks,
        List.of(READER),
        Optional.empty());
  }

  private Workload workload() {
    return switch (kind) {
      case "StatefulSet" -> statefulSet(subject(), counts, false, 0, true);
      case "DaemonSet" -> new Workload.DaemonSet(subject(), counts, false, new Limit(1, false));
      case "Rollout" ->
          new Rollout(
              subject(),
              Optional.empty(),
              counts,
              false,
              new Limit(25, true),
              false,
              true,
              Optional.empty(),
              Optional.empty());
      case "Pod" -> new Workload.Foreign(subject());
      default -> deployment(subject(), counts, false, false, new Limit(25, true), Optional.empty());
    };
  }

  /** As an ExternalSecret without {@code restart} asks, unless a test says otherwise. */
  public static final class Policy {
    public String externalSecret = "db";
    boolean none;
    boolean optInOnly;
    public List<String> keys = List.of();
    public boolean ignoresVolumes;
    public Duration settle = Duration.ofSeconds(2);
    public Duration minInterval = Duration.ofMinutes(1);
    int maxConcurrent = 1;
    Duration progressDeadline = Duration.ofMinutes(10);
    boolean halts = true;
    List<Window> windows = new ArrayList<>();
    boolean restartNow;
    public boolean resume;

    public Policy with(java.util.function.Consumer<Policy> change) {
      change.accept(this);
      return this;
    }

    Policy window(String schedule, String zone, Duration duration) {
      windows.add(Window.of(new RestartSpec.Window(schedule, zone, duration)));
      return this;
    }

    public RestartPolicy build() {
      return new RestartPolicy(
          externalSecret,
          none,
          optInOnly,
          keys,
          ignoresVolumes,
          settle,
          minInterval,
          maxConcurrent,
          progressDeadline,
          halts,
          windows,
          restartNow,
          resume);
    }
  }
}
