package dev.keyturn.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.ops.VirtualTime;
import dev.keyturn.source.CredentialSubject;
import dev.keyturn.source.EndpointOverrides;
import dev.keyturn.source.FakeSource;
import dev.keyturn.source.Identity;
import dev.keyturn.source.Reference;
import dev.keyturn.source.RoleHop;
import dev.keyturn.source.SecretRef;
import dev.keyturn.source.Service;
import dev.keyturn.source.SourceFailure;
import dev.keyturn.source.Version;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * Whatever happens, and in whatever order: once it is over, every dependant has what AWS holds, and
 * nothing moves any more.
 */
class ConvergenceTest {
  enum Kind {
    PUT,
    DELETE,
    RESTORE,
    TROUBLE,
    HEAL,
    OUTAGE,
    RECOVER,
    LOSE_LEAD,
    LEAD,
    SPECIFY,
    REMOVE
  }

  /**
   * Something that happens.
   *
   * @param after how long after the one before, in milliseconds
   */
  record Step(Kind kind, int which, int after) {}

  private static final List<Reference> REFERENCES =
      List.of(
          current("s0", List.of()),
          current("s1", List.of()),
          current("s2", List.of()),
          current("s1", List.of("arn:aws:iam::1:role/other")),
          new Reference(
              identity(List.of()),
              new SecretRef("s3", new Version.Stage("blue"), SecretRef.Part.VALUE)));

  @Property(tries = 200)
  void withATimerItConvergesThoughEventsGetLost(
      @ForAll("steps") List<Step> steps, @ForAll long seed) {
    converges(steps, new Random(seed), true);
  }

  @Property(tries = 200)
  void withoutATimerItConvergesByEventsAlone(@ForAll("steps") List<Step> steps, @ForAll long seed) {
    converges(steps, new Random(seed), false);
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Kind> kinds =
        Arbitraries.frequency(
            Tuple.of(12, Kind.PUT),
            Tuple.of(2, Kind.DELETE),
            Tuple.of(2, Kind.RESTORE),
            Tuple.of(3, Kind.TROUBLE),
            Tuple.of(3, Kind.HEAL),
            Tuple.of(1, Kind.OUTAGE),
            Tuple.of(2, Kind.RECOVER),
            Tuple.of(2, Kind.LOSE_LEAD),
            Tuple.of(4, Kind.LEAD),
            Tuple.of(4, Kind.SPECIFY),
            Tuple.of(1, Kind.REMOVE));
    Arbitrary<Integer> pauses =
        Arbitraries.oneOf(
            Arbitraries.integers().between(0, 100),
            Arbitraries.integers().between(0, 5_000),
            Arbitraries.integers().between(0, 90_000));
    return Combinators.combine(kinds, Arbitraries.integers().between(0, 999), pauses)
        .as(Step::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(40);
  }

  private static void converges(List<Step> steps, Random random, boolean timers) {
    VirtualTime time = new VirtualTime();
    SimulatedAws aws = new SimulatedAws(time, random, timers);
    SimulatedOperator operator = new SimulatedOperator(time, random, aws);
    REFERENCES.forEach(reference -> aws.put(reference.ref()));
    operator.lead(true);
    for (int i = 0; i < 4; i++) {
      specify(operator, random, timers, i);
    }
    for (Step step : steps) {
      time.advance(Duration.ofMillis(step.after()));
      perform(step, aws, operator, random, timers);
    }
    time.advance(Duration.ofSeconds(1));
    aws.calm();
    operator.calm();
    time.advance(Duration.ofMinutes(15));
    assertThat(operator.behind(aws)).isEmpty();
    int syncs = operator.syncs();
    time.advance(Duration.ofMinutes(15));
    assertThat(operator.syncs()).as("syncs while nothing changes").isEqualTo(syncs);
  }

  private static void perform(
      Step step, SimulatedAws aws, SimulatedOperator operator, Random random, boolean timers) {
    SecretRef ref = REFERENCES.get(step.which() % REFERENCES.size()).ref();
    switch (step.kind()) {
      case PUT -> aws.put(ref);
      case DELETE -> aws.delete(ref);
      case RESTORE -> aws.restore(ref);
      case TROUBLE -> aws.trouble(ref, trouble(ref.key(), step.which()));
      case HEAL -> aws.heal(ref);
      case OUTAGE -> aws.outage(Optional.of(trouble("region", step.which())));
      case RECOVER -> aws.outage(Optional.empty());
      case LOSE_LEAD -> operator.loseLead();
      case LEAD -> operator.lead(step.which() % 2 == 0);
      case SPECIFY -> specify(operator, random, timers, step.which() % 5);
      case REMOVE -> operator.remove(dependant(step.which() % 5));
    }
  }

  private static void specify(
      SimulatedOperator operator, Random random, boolean timers, int number) {
    Set<Reference> wanted = new HashSet<>();
    REFERENCES.stream().filter(reference -> random.nextBoolean()).forEach(wanted::add);
    Map<Integer, Duration> intervals =
        Map.of(0, Duration.ofSeconds(5), 1, Duration.ofSeconds(30), 2, Duration.ofMinutes(10));
    operator.specify(
        dependant(number),
        wanted,
        timers ? Optional.of(intervals.get(random.nextInt(3))) : Optional.empty());
  }

  private static SourceFailure trouble(String subject, int which) {
    return switch (which % 3) {
      case 0 -> FakeSource.denied(subject);
      case 1 -> FakeSource.throttled(subject);
      default -> FakeSource.unavailable(subject);
    };
  }

  private static Dependant dependant(int number) {
    return new Dependant("ns", "e" + number);
  }

  private static Reference current(String key, List<String> roles) {
    return new Reference(identity(roles), SecretRef.current(key));
  }

  private static Identity identity(List<String> roles) {
    List<RoleHop> chain =
        roles.stream()
            .map(role -> new RoleHop(role, Optional.empty(), "keyturn", Map.of(), List.of()))
            .toList();
    return new Identity(
        Service.SECRETS_MANAGER,
        "eu",
        EndpointOverrides.DEFAULT,
        new CredentialSubject.Operator(),
        chain);
  }
}
