package dev.keyturn.rotation;

import dev.keyturn.source.Answer;
import dev.keyturn.source.Followed;
import dev.keyturn.source.Known;
import dev.keyturn.source.Reference;
import dev.keyturn.source.Search;
import dev.keyturn.source.SecretCache;
import dev.keyturn.source.SecretRef;
import dev.keyturn.source.Sight;
import dev.keyturn.source.SourceFailure;
import dev.keyturn.source.Version;
import dev.keyturn.source.VersionMark;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One announced change that is looked for until it is seen, because AWS shows it late. */
final class Pursuit {
  private static final List<Duration> WAITS = seconds(1, 2, 4, 8, 16, 32, 60);

  /**
   * So many looks are enough where no version is announced: there may be nothing to see. Not for a
   * list, which AWS may show late by minutes.
   */
  private static final int ENOUGH = 5;

  /** After so long there are enough looks to come for one more change of a list. */
  private static final Duration JOINT = Duration.ofMinutes(1);

  private final SecretEvent change;
  private final SecretCache cache;
  private final Instant began;
  private final Map<Followed, Optional<Sight>> before = new HashMap<>();
  private final Set<Followed> unseen;
  private final Set<Followed> joint = new HashSet<>();
  private final List<ChangeNotice> notices = new ArrayList<>();
  private int looks;

  Pursuit(ChangeNotice notice, Set<Followed> about, SecretCache cache, Instant now) {
    this.change = notice.change();
    this.cache = cache;
    this.began = now;
    this.unseen = new HashSet<>(about);
    this.notices.add(notice);
    about.forEach(followed -> before.put(followed, sight(followed)));
  }

  SecretEvent change() {
    return change;
  }

  /** The same change was delivered again. */
  void add(ChangeNotice notice) {
    notices.add(notice);
  }

  /** Looks at the search for another change, too, to its end. Not when it began long ago. */
  boolean join(Followed search, ChangeNotice notice, Instant now) {
    boolean joins = unseen.contains(search) && now.isBefore(began.plus(JOINT));
    if (joins) {
      joint.add(search);
      notices.add(notice);
    }
    return joins;
  }

  /** All that it is, or was, looked for at. */
  Set<Followed> about() {
    return before.keySet();
  }

  Set<Followed> unseen() {
    return Set.copyOf(unseen);
  }

  /** Takes off those where it was seen, or where there is nothing to wait for. */
  void looked(Sightings sightings) {
    looks++;
    unseen.removeIf(followed -> over(followed, sightings));
  }

  private boolean over(Followed followed, Sightings sightings) {
    Optional<Answer<VersionMark>> answer = cache.known(followed);
    return answer.isEmpty()
        || switch (answer.get()) {
          case Answer.Found<VersionMark>(VersionMark mark) ->
              switch (followed) {
                case Reference reference -> shows(reference, mark, sightings);
                case Search search -> isNews(search) && (!joint.contains(search) || isLast());
              };
          case Answer.Failed<VersionMark>(SourceFailure failure) ->
              failure.retry() != SourceFailure.Retry.SOON;
        };
  }

  private boolean shows(Reference reference, VersionMark mark, Sightings sightings) {
    Optional<String> announced = change.versionId().filter(version -> announces(reference.ref()));
    if (announced.isEmpty()) {
      return looks >= ENOUGH || isNews(reference);
    }
    if (announced.get().equals(mark.versionId())) {
      sightings.saw(reference, change.at());
      return true;
    }
    return sightings.sawLaterThan(reference, change.at());
  }

  private boolean isNews(Followed followed) {
    return !sight(followed).equals(before.get(followed));
  }

  /** Whether the announced version is to become visible under just this reference. */
  private boolean announces(SecretRef ref) {
    return ref.part() == SecretRef.Part.VALUE
        && switch (ref.version()) {
          case Version.Current() ->
              change.stages().isEmpty() || change.stages().contains("AWSCURRENT");
          case Version.Stage(String label) ->
              change.stages().contains(label) && !label.equals("AWSPREVIOUS");
          case Version.Exact exact -> false;
        };
  }

  private Optional<Sight> sight(Followed followed) {
    return cache.state(followed).map(Known::answer).map(Sight::ofMark);
  }

  private boolean isLast() {
    return looks > WAITS.size();
  }

  /** How long until the next look; empty when it was seen, or never will be. */
  Optional<Duration> untilNextLook() {
    return unseen.isEmpty() || isLast() ? Optional.empty() : Optional.of(WAITS.get(looks - 1));
  }

  /**
   * The messages that told it. They are done with also when AWS never showed the change: what fails
   * is looked at again by the watch until it does not.
   */
  List<ChangeNotice> notices() {
    return List.copyOf(notices);
  }

  private static List<Duration> seconds(long... seconds) {
    List<Duration> durations = new ArrayList<>();
    for (long second : seconds) {
      durations.add(Duration.ofSeconds(second));
    }
    return List.copyOf(durations);
  }
}
