package dev.keyturn.sync;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretSpec.RefreshPolicy;
import dev.keyturn.ops.OutOfPatience;
import dev.keyturn.ops.Patience;
import dev.keyturn.render.Fetched;
import dev.keyturn.render.Inputs;
import dev.keyturn.render.Request;
import dev.keyturn.render.StoreName;
import dev.keyturn.rotation.Dependant;
import dev.keyturn.rotation.Following;
import dev.keyturn.rotation.FoundNames;
import dev.keyturn.rotation.Wakeup;
import dev.keyturn.rotation.WatchBudget;
import dev.keyturn.rotation.Watchlist;
import dev.keyturn.source.Answer;
import dev.keyturn.source.Find;
import dev.keyturn.source.Followed;
import dev.keyturn.source.Freshness;
import dev.keyturn.source.Identity;
import dev.keyturn.source.KeyedHash;
import dev.keyturn.source.Reference;
import dev.keyturn.source.Search;
import dev.keyturn.source.SecretCache;
import dev.keyturn.source.SecretRef;
import dev.keyturn.source.SecretSource;
import dev.keyturn.source.SecretValue;
import dev.keyturn.source.Sight;
import dev.keyturn.source.VersionMark;
import dev.keyturn.sync.store.Waiting;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads what an ExternalSecret needs through the cache, and follows it from then on. */
final class Reader {
  private final SecretSource source;
  private final SecretCache cache;
  private final Watchlist watchlist;
  private final KeyedHash hash;
  private final BoundedFetch values;
  private final Waiting waiting;
  private final Patience patience;
  private final Wakeup wakeup;
  private final FoundNames found;
  private final WatchBudget budget;

  /**
   * @param found what {@code values} found before
   * @param patience how long a reconciler may wait for AWS
   * @param wakeup for whoever had to leave, and has room to wait now
   */
  Reader(
      SecretSource source,
      SecretCache cache,
      Watchlist watchlist,
      KeyedHash hash,
      BoundedFetch values,
      FoundNames found,
      WatchBudget budget,
      Waiting waiting,
      Patience patience,
      Wakeup wakeup) {
    this.source = source;
    this.cache = cache;
    this.watchlist = watchlist;
    this.hash = hash;
    this.values = values;
    this.found = found;
    this.budget = budget;
    this.waiting = waiting;
    this.patience = patience;
    this.wakeup = wakeup;
  }

  /** Somebody wants a try at once: refusals of AWS that are remembered do not count. */
  void startAfresh(Sources sources) {
    sources.identities().values().forEach(source::forget);
  }

  /**
   * All values in one request: searches first, then everything, within bounds of memory and time.
   *
   * @throws OutOfPatience when AWS is slow and the namespace has its share of waits already, or
   *     when it does not answer at all
   */
  Fetched fetch(Dependant dependant, Sources sources, Freshness freshness) {
    Patience.Waiter waiter =
        new Patience.Waiter(dependant.namespace(), dependant.name(), () -> wakeup.wake(dependant));
    try (Patience.Wait wait = patience.begin(waiter)) {
      Map<StoreName, Map<Find, Answer<List<String>>>> names =
          values.search(sources, freshness, wait);
      Map<StoreName, Set<SecretRef>> wanted = new HashMap<>();
      names.forEach(
          (store, answers) -> {
            Set<SecretRef> refs = new HashSet<>(sources.request().refs(store));
            answers.forEach(
                (find, answer) -> {
                  if (answer instanceof Answer.Found<List<String>>(List<String> matches)) {
                    refs.addAll(Request.refs(find, matches));
                  }
                });
            wanted.put(store, refs);
          });
      return new Fetched(
          values.fetch(
              store -> reading(dependant, sources, store, freshness),
              wanted,
              freshness,
              waiter,
              wait),
          names);
    }
  }

  /** What somebody wants to have at once waits for nobody else's. */
  private BoundedFetch.Reading reading(
      Dependant dependant, Sources sources, StoreName store, Freshness freshness) {
    Identity identity = sources.identity(store);
    return new BoundedFetch.Reading(
        identity,
        freshness.equals(Freshness.HELD)
            ? Optional.of(waiting.as(identity, store, dependant.namespace()))
            : Optional.empty());
  }

  /** Who is not periodic follows nothing: of what it read alone nothing stays in memory. */
  void follow(
      ExternalSecret resource, Sources sources, Fetched fetched, Optional<Duration> interval) {
    if (resource.getSpec().refreshPolicy() == RefreshPolicy.PERIODIC) {
      follow(Dependants.of(resource), sources, fetched, interval);
    } else {
      watchlist.refuse(Dependants.of(resource), sources.asked(fetched));
    }
  }

  /** Wakes the dependant from now on when anything differs from what was fetched. */
  private void follow(
      Dependant dependant, Sources sources, Fetched fetched, Optional<Duration> interval) {
    Map<Followed, Following> followed = new HashMap<>();
    Map<Search, List<String>> searches = new HashMap<>();
    fetched
        .values()
        .forEach(
            (store, answers) ->
                answers.forEach(
                    (ref, answer) -> {
                      Reference reference = new Reference(sources.identity(store), ref);
                      sight(reference, answer)
                          .ifPresent(
                              sight -> followed.put(reference, new Following(interval, sight)));
                    }));
    fetched
        .names()
        .forEach(
            (store, answers) ->
                answers.forEach(
                    (find, answer) -> {
                      Search search = new Search(sources.identity(store), find);
                      sight(search, answer)
                          .ifPresent(sight -> followed.put(search, new Following(interval, sight)));
                      if (answer instanceof Answer.Found<List<String>>(List<String> matches)) {
                        searches.put(search, matches);
                      }
                    }));
    found.keep(dependant, searches);
    follow(dependant, followed, interval);
  }

  /** What there is no room for leaves nothing behind: it is read again. */
  private void follow(
      Dependant dependant, Map<Followed, Following> followed, Optional<Duration> interval) {
    if (budget.admits(dependant, followed.size(), interval)) {
      watchlist.follow(dependant, followed);
    } else {
      found.drop(dependant);
      watchlist.refuse(dependant, followed.keySet());
    }
  }

  /** What was let go as too large is followed as far as it was read: it may become smaller. */
  private Optional<Sight> sight(Reference reference, Answer<SecretValue> answer) {
    return BoundedFetch.isTooLarge(answer)
        ? cache.known(reference).map(Sight::ofMark)
        : Optional.of(Sight.ofValue(answer, hash));
  }

  /** A search that failed may be one that was not asked: it is followed as what is known of it. */
  private Optional<Sight> sight(Search search, Answer<List<String>> answer) {
    return switch (answer) {
      case Answer.Found<List<String>> _ -> Optional.of(Sight.ofNames(answer, hash));
      case Answer.Failed<List<String>> _ -> cache.known(search).map(Sight::ofMark);
    };
  }

  /**
   * Follows what is known at this moment, be it that others read it: whoever needs no read for that
   * reason must hear of changes all the same. What was followed as somebody else, or with another
   * interval, gives way to it.
   */
  void join(Dependant dependant, Sources sources, Optional<Duration> interval) {
    Map<Followed, Following> wanted = new HashMap<>();
    for (Followed followed : sources.everything(found.of(dependant))) {
      cache
          .known(followed)
          .ifPresent(answer -> wanted.put(followed, new Following(interval, Sight.ofMark(answer))));
    }
    Map<Followed, Optional<Duration>> intervals = new HashMap<>();
    wanted.forEach((followed, following) -> intervals.put(followed, following.interval()));
    if (!intervals.equals(watchlist.intervals(dependant))) {
      follow(dependant, wanted, interval);
    }
  }

  /** Nothing is polled as somebody whom the resource does not name any more. */
  void leaveOthers(Dependant dependant, Sources sources) {
    boolean moved =
        watchlist.followed(dependant).stream()
            .anyMatch(followed -> !sources.identities().containsValue(followed.identity()));
    if (moved) {
      forget(dependant);
    }
  }

  void forget(Dependant dependant) {
    found.drop(dependant);
    budget.leave(dependant);
    watchlist.forget(dependant);
  }

  /**
   * What is known without asking; empty when anything would have to be asked for, and of whoever
   * follows nothing, as nobody tells him when it is old.
   */
  Optional<Inputs.Versions> known(Dependant dependant, Sources sources) {
    if (budget.refusal(dependant).isPresent()) {
      return Optional.empty();
    }
    KnownVersions known = new KnownVersions(sources, found.of(dependant));
    for (StoreName store : sources.plan().stores()) {
      for (Find find : sources.request().finds(store)) {
        Optional<List<String>> names = known.names(store, find);
        if (names.isEmpty() || !known.all(store, Request.refs(find, names.get()))) {
          return Optional.empty();
        }
      }
      if (!known.all(store, sources.request().refs(store))) {
        return Optional.empty();
      }
    }
    return Optional.of(known);
  }

  private final class KnownVersions implements Inputs.Versions {
    private final Sources sources;
    private final Map<Search, List<String>> searches;

    KnownVersions(Sources sources, Map<Search, List<String>> searches) {
      this.sources = sources;
      this.searches = searches;
    }

    boolean all(StoreName store, Set<SecretRef> refs) {
      return refs.stream().allMatch(ref -> of(store, ref).isPresent());
    }

    @Override
    public Optional<VersionMark> of(StoreName store, SecretRef ref) {
      return cache
          .known(new Reference(sources.identity(store), ref))
          .flatMap(
              answer ->
                  answer instanceof Answer.Found<VersionMark>(VersionMark mark)
                      ? Optional.of(mark)
                      : Optional.empty());
    }

    @Override
    public Optional<List<String>> names(StoreName store, Find find) {
      Search search = new Search(sources.identity(store), find);
      return Optional.ofNullable(searches.get(search))
          .filter(
              names ->
                  cache
                      .known(search)
                      .map(Sight::ofMark)
                      .equals(Optional.of(Sight.ofNames(Answer.found(names), hash))));
    }
  }
}
