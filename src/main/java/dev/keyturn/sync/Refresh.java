package dev.keyturn.sync;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretSpec.RefreshPolicy;
import dev.keyturn.api.RestartSpec;
import dev.keyturn.ops.CronTimes;
import dev.keyturn.ops.Settings;
import dev.keyturn.render.SyncGate;
import dev.keyturn.rotation.Dependant;
import dev.keyturn.source.Freshness;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/** How often an ExternalSecret wants a look, when not, and how old what it gets may be. */
final class Refresh {
  private final Settings settings;
  private final Clock clock;
  private final InstantSource cacheTime;
  private final Function<Dependant, Optional<String>> refusal;

  /**
   * @param cacheTime by which the cache tells how old something is
   * @param refusal why a dependant follows nothing
   */
  Refresh(
      Settings settings,
      Clock clock,
      InstantSource cacheTime,
      Function<Dependant, Optional<String>> refusal) {
    this.refusal = refusal;
    this.settings = settings;
    this.clock = clock;
    this.cacheTime = cacheTime;
  }

  /** What is held may be seconds old. That is for those alone whom the watch tells if it was. */
  Freshness freshness(ExternalSecret resource, boolean forced) {
    boolean followed = resource.getSpec().refreshPolicy() == RefreshPolicy.PERIODIC;
    return forced || !followed ? Freshness.since(cacheTime.instant()) : Freshness.HELD;
  }

  /** Empty where no timer is wanted. */
  Optional<Duration> interval(ExternalSecret resource) {
    Duration wanted = resource.getSpec().refreshInterval();
    if (wanted.isZero()) {
      return Optional.empty();
    }
    Duration shortest = settings.watch().minInterval();
    return Optional.of(wanted.compareTo(shortest) < 0 ? shortest : wanted);
  }

  /** What ends the sync of a good Secret for now; empty where the windows let it go on. */
  Optional<SyncOutcome> closed(ExternalSecret resource) {
    return resource.getSpec().refreshPolicy() == RefreshPolicy.PERIODIC
            && gate(resource) instanceof SyncGate.Closed(Optional<Instant> until)
        ? Optional.of(
            new SyncOutcome.Closed(
                until.map(opening -> Duration.between(clock.instant(), opening))))
        : Optional.empty();
  }

  /**
   * What does not hinder a sync and has to be known: windows that cannot be read, or why nobody
   * tells of changes.
   */
  Optional<String> remark(ExternalSecret resource) {
    List<String> remarks = new ArrayList<>();
    if (gate(resource) instanceof SyncGate.Unreadable(String message)) {
      remarks.add(message + "; until then nothing is held back");
    }
    remarks.addAll(unreadable(resource.getSpec().restart().windows()));
    refusal.apply(Dependants.of(resource)).ifPresent(remarks::add);
    return remarks.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", remarks));
  }

  /** The restart engine speaks of windows only when it needs one. */
  private static List<String> unreadable(List<RestartSpec.Window> windows) {
    return IntStream.range(0, windows.size())
        .filter(i -> !isReadable(windows.get(i)))
        .mapToObj(
            i ->
                "spec.restart.windows[%d]: '%s' in '%s' cannot be read, so that it never opens:"
                        .formatted(i, windows.get(i).schedule(), windows.get(i).timeZone())
                    + " write a cron expression of five fields and a time zone such as"
                    + " Europe/Berlin")
        .toList();
  }

  private static boolean isReadable(RestartSpec.Window window) {
    try {
      var _ = CronTimes.of(window.schedule(), ZoneId.of(window.timeZone()));
      return true;
    } catch (IllegalArgumentException | DateTimeException e) {
      return false;
    }
  }

  private SyncGate gate(ExternalSecret resource) {
    return SyncGate.at(Optional.ofNullable(resource.getSpec().syncWindows()), clock.instant());
  }
}
