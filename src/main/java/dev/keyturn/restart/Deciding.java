package dev.keyturn.restart;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.restart.act.Acting;
import dev.keyturn.restart.act.Places;
import dev.keyturn.restart.decide.RestartPlan;
import dev.keyturn.restart.gather.Gatherer;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One look at the workloads of an ExternalSecret, and what follows from it. Only who would restart
 * something takes a turn, and looks once more then: what others restarted meanwhile counts. Whoever
 * gets the turn only now, since a neighbour takes it from another, is looked at as well before
 * anything is done.
 */
final class Deciding {
  private final Gatherer gatherer;
  private final Acting acting;
  private final Clock clock;
  private final Turns turns;
  private final Places places;
  private boolean counted;

  /**
   * @param again called for who was not decided about
   */
  Deciding(
      Gatherer gatherer, Acting acting, Clock clock, Places places, Consumer<ResourceID> again) {
    this.gatherer = gatherer;
    this.acting = acting;
    this.clock = clock;
    this.places = places;
    this.turns = new Turns(again);
  }

  /** Empty: somebody else decides about one of its workloads, and it is called afterwards. */
  Optional<Acting.Round> about(ExternalSecret resource) {
    Instant now = clock.instant();
    RestartPlan first = RestartPlan.of(gatherer.of(resource, now), Set.of(), now);
    Set<String> looked = new HashSet<>(first.toLookAtAgain());
    if (looked.isEmpty()) {
      return Optional.of(acting.note(first, now));
    }
    countAtFirst(now);
    Set<ResourceID> deciders = deciders(resource, first, looked);
    while (true) {
      Set<ResourceID> held = deciders;
      Set<ResourceID> wanted = new HashSet<>(held);
      Optional<Optional<Acting.Round>> round =
          turns.in(
              ResourceID.fromResource(resource),
              held,
              () -> lookAndAct(resource, looked, held, wanted));
      if (round.isEmpty() || round.get().isPresent()) {
        return round.map(Optional::orElseThrow);
      }
      deciders = wanted;
    }
  }

  /** What another leader began holds places as well. */
  private synchronized void countAtFirst(Instant now) {
    if (places.areCounted() && !counted) {
      places.note(
          gatherer.restartedByUs(now).stream().map(it -> RestartPlan.judge(it, now)).toList());
      counted = true;
    }
  }

  /** Empty: others have their say by now, who are wanted then. */
  private Optional<Acting.Round> lookAndAct(
      ExternalSecret resource, Set<String> looked, Set<ResourceID> held, Set<ResourceID> wanted) {
    while (true) {
      Instant now = clock.instant();
      Gatherer.Gathered gathered = gatherer.again(resource, looked, now);
      RestartPlan plan = RestartPlan.of(gathered.own(), gathered.neighbours(), now);
      boolean all = !looked.addAll(plan.toLookAtAgain());
      wanted.addAll(deciders(resource, plan, looked));
      if (!held.containsAll(wanted)) {
        return Optional.empty();
      }
      if (all) {
        return Optional.of(acting.act(plan, looked, now));
      }
    }
  }

  /** The ExternalSecrets that have a say in the restarts of some workloads. */
  private static Set<ResourceID> deciders(
      ExternalSecret resource, RestartPlan plan, Set<String> workloads) {
    Set<ResourceID> deciders = new HashSet<>(Set.of(ResourceID.fromResource(resource)));
    plan.judged().stream()
        .filter(it -> workloads.contains(it.subject().uid()))
        .flatMap(
            it ->
                it.changes().stream()
                    .map(
                        change ->
                            new ResourceID(
                                change.policy().externalSecret(), it.subject().namespace())))
        .forEach(deciders::add);
    return deciders;
  }
}
