package dev.keyturn.restart.decide;

import dev.keyturn.restart.decide.Workload.Counts;
import dev.keyturn.restart.decide.Workload.Limit;
import dev.keyturn.restart.decide.Workload.Progress;
import java.time.Instant;
import java.util.Optional;

/**
 * Argo's Deployment: it deletes pods that are older than a time in its spec, or rolls a changed
 * template out by the steps of its strategy.
 *
 * @param template the workload whose template it uses instead of its own
 * @param maxUnavailable how many pods are deleted at once
 * @param progressing whether its controller gets on with an update: at a pause, or after an abort,
 *     it does not, and waits for a person
 * @param restarted whether its controller has done what was asked of it last
 * @param restartAt older pods than that are replaced, once that has come; empty: nobody asked
 * @param update what its controller makes of a changed template; empty: it is not to have one, and
 *     is restarted by {@code restartAt}
 */
public record Rollout(
    Subject subject,
    Optional<String> template,
    Counts counts,
    boolean paused,
    Limit maxUnavailable,
    boolean progressing,
    boolean restarted,
    Optional<Instant> restartAt,
    Optional<Update> update)
    implements Workload {

  @Override
  public Workload marked(Marks marks) {
    return with(subject.marked(marks));
  }

  public Rollout withTemplateOf(Subject deployment) {
    return with(subject.withTemplateOf(deployment));
  }

  private Rollout with(Subject as) {
    return new Rollout(
        as, template, counts, paused, maxUnavailable, progressing, restarted, restartAt, update);
  }

  /** Whether it is restarted by a changed template, which its new pods inherit. */
  public boolean byTemplate() {
    return update.isPresent();
  }

  /** Whether its controller gave the newest template up, by its analysis or for a person. */
  boolean degraded() {
    return counts.observed() && update.filter(Update::degraded).isPresent();
  }

  /** Whether its controller is at one of the steps of an update, however long that takes. */
  boolean atAStep() {
    return counts.observed() && update.filter(Update::atAStep).isPresent();
  }

  @Override
  public Progress progress() {
    boolean complete = update.map(Update::healthy).orElse(!progressing && restarted);
    return Progress.of(counts.observed(), complete, Optional.empty());
  }

  @Override
  public Optional<String> obstacle() {
    if (paused) {
      return Optional.of("it is paused");
    }
    return template
        .filter(_ -> byTemplate())
        .map(
            it ->
                "its annotation keyturn.dev/rollout-strategy asks for a change of a template,"
                    + " which is that of Deployment "
                    + it
                    + ": remove the annotation, or give the Rollout a template of its own");
  }

  @Override
  public boolean isEmpty() {
    return counts.none();
  }

  @Override
  public boolean losesService() {
    return update
            .map(it -> Limit.missing(maxUnavailable, it.maxSurge(), counts.wanted()))
            .orElse(Math.max(maxUnavailable.roundedDown(counts.wanted()), 1))
        >= counts.wanted();
  }

  /**
   * What Argo makes of a changed template.
   *
   * @param phase as its status tells; empty: not yet
   * @param message why it is in this phase, in Argo's words
   * @param maxSurge of the canary; with blue-green, all of them
   */
  public record Update(String phase, String message, Limit maxSurge) {
    boolean healthy() {
      return phase.equals("Healthy");
    }

    boolean degraded() {
      return phase.equals("Degraded");
    }

    boolean atAStep() {
      return phase.equals("Progressing") || phase.equals("Paused");
    }
  }
}
