package dev.keyturn.source;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the cache has of one followed thing: the last mark for as long as somebody follows it, the
 * value itself only until its dependants have it. Guarded by the cache.
 */
final class Slot<K, T> {
  /**
   * @param along whether it came along with something else and nobody has taken it yet
   */
  private record Held<T>(Answer<T> answer, Instant until, int copies, boolean along) {}

  private final List<Flight<K, T>> flights = new ArrayList<>();
  private Optional<Known> known = Optional.empty();
  private Optional<Held<T>> held = Optional.empty();
  private int dependants;
  private Instant touched;

  Slot(Instant now) {
    touched = now;
  }

  Optional<Known> known() {
    return known;
  }

  /** A flight under way, or soon to leave, whose answer will be fresh enough. */
  Optional<Flight<K, T>> flight(Freshness freshness) {
    return flights.stream().filter(flight -> flight.satisfies(freshness)).findFirst();
  }

  Flight<K, T> open(Flight<K, T> flight) {
    flights.removeIf(Flight::over);
    flights.add(flight);
    return flight;
  }

  void expect(int dependants) {
    this.dependants = dependants;
  }

  /** Whether nothing was ever asked of it, and nothing is. */
  boolean untouched() {
    return known.isEmpty() && flights.stream().allMatch(Flight::over);
  }

  /**
   * The held answer, if it is fresh enough; the last expected copy leaves nothing behind.
   *
   * @param stay how long at most it stays for others once somebody has it
   */
  Optional<Answer<T>> take(Freshness freshness, Instant now, Duration stay) {
    touched = now;
    expire(now);
    boolean fresh = known.map(Known::asked).map(freshness::allows).orElse(false);
    Optional<Held<T>> given = fresh ? held : Optional.empty();
    given.ifPresent(
        value ->
            held =
                value.copies() == 1 ? Optional.empty() : Optional.of(less(value, now.plus(stay))));
    return given.map(Held::answer);
  }

  private static <T> Held<T> less(Held<T> held, Instant latest) {
    Instant until = held.until().isBefore(latest) ? held.until() : latest;
    return new Held<>(held.answer(), until, held.copies() - 1, false);
  }

  /**
   * Takes in the answer of a flight. Returns for how many dependants it should be held: for all of
   * them if it is news, for the rest if some of them boarded, as many as may come if nobody follows
   * it yet; empty if for nobody.
   */
  Optional<Integer> land(Flight<K, T> flight, Answer<VersionMark> mark) {
    flights.remove(flight);
    boolean news = isNews(mark);
    boolean counts = flight.asked().map(asked -> saw(mark, asked)).orElse(false);
    int given = flight.readers();
    if (!counts || !(news || given > 0)) {
      return Optional.empty();
    }
    if (dependants == 0) {
      return Optional.of(Integer.MAX_VALUE);
    }
    return given < dependants ? Optional.of(dependants - given) : Optional.empty();
  }

  void hold(Answer<T> answer, int copies, Instant until, boolean along) {
    held = Optional.of(new Held<>(answer, until, copies, along));
  }

  /** Whether it holds what came along and waits to be taken. */
  boolean holdsCompany() {
    return held.filter(Held::along).isPresent();
  }

  /**
   * Takes in which version there is; what is held of another goes. Returns whether it counts: it
   * does not when a request that was made later has been answered already.
   */
  boolean saw(Answer<VersionMark> mark, Instant asked) {
    if (known.map(Known::asked).filter(asked::isBefore).isPresent()) {
      return false;
    }
    if (isNews(mark)) {
      held = Optional.empty();
    }
    known = Optional.of(Known.next(known, mark, asked));
    return true;
  }

  private boolean isNews(Answer<VersionMark> mark) {
    Sight sight = Sight.ofMark(mark);
    return known.map(Known::answer).map(Sight::ofMark).filter(sight::equals).isEmpty();
  }

  void expire(Instant now) {
    held = held.filter(value -> value.until().isAfter(now));
  }

  Optional<Instant> holdsUntil() {
    return held.map(Held::until);
  }

  /** What is held at this moment. */
  Optional<Answer<T>> holds() {
    return held.map(Held::answer);
  }

  /** Whether nobody follows it, nobody waits for it and nobody asked within that time. */
  boolean abandoned(Instant now, Duration patience) {
    return dependants == 0
        && flights.stream().allMatch(Flight::over)
        && !touched.plus(patience).isAfter(now);
  }
}
