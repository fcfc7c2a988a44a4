package dev.keyturn.rotation;

import static dev.keyturn.source.FakeSource.reference;

import dev.keyturn.ops.VirtualTime;
import dev.keyturn.source.CacheMeters;
import dev.keyturn.source.FakeSource;
import dev.keyturn.source.Find;
import dev.keyturn.source.Freshness;
import dev.keyturn.source.Reference;
import dev.keyturn.source.Search;
import dev.keyturn.source.SecretCache;
import dev.keyturn.source.Service;
import dev.keyturn.source.Sight;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;

/** A listener over the real cache, watchlist and watch, and a queue in memory. */
abstract class Listening {
  static final String EU = "eu-central-1";

  /** A queue in memory that can fail. */
  static final class Feed implements ChangeFeed {
    final List<ChangeNotice> messages = new ArrayList<>();
    final Queue<Throwable> troubles = new ArrayDeque<>();
    boolean broken;
    int polls;

    @Override
    public List<ChangeNotice> next() throws InterruptedException {
      polls++;
      switch (troubles.poll()) {
        case InterruptedException stray -> throw stray;
        case Error error -> throw error;
        case null, default -> {}
      }
      if (broken) {
        throw new IllegalStateException("hunter2");
      }
      List<ChangeNotice> next = List.copyOf(messages.subList(0, Math.min(10, messages.size())));
      messages.removeAll(next);
      return next;
    }
  }

  final VirtualTime time = new VirtualTime();
  final FakeSource source = new FakeSource();
  final List<String> woken = new ArrayList<>();
  final List<String> acknowledged = new ArrayList<>();
  final RotationHealth health = new RotationHealth();
  final Feed feed = new Feed();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final SecretCache cache =
      new SecretCache(
          source,
          FakeSource::hash,
          time,
          time,
          SecretCache.Bounds.DEFAULT,
          new CacheMeters(meters));
  final Watchlist watchlist = new Watchlist(cache, dependant -> woken.add(dependant.name()));
  final StageWatch watch =
      new StageWatch(cache, watchlist, time, time, new Random(1), new WatchMeters(meters));
  final ChangeListener listener =
      new ChangeListener(
          List.of(feed), cache, watchlist, watch, time, time, health, new EventMeters(meters));

  void lead() {
    watch.start();
    listener.start();
    time.settle();
  }

  void follow(String name, String key) {
    Reference reference = reference(EU, key);
    source.put(key, "v1", "old");
    var answer = cache.ask(reference.identity(), Set.of(reference.ref()), Freshness.HELD);
    time.advance(Duration.ofMillis(60));
    Sight used = Sight.ofValue(answer.get(reference.ref()).join(), FakeSource.hash());
    watchlist.follow(
        new Dependant("ns", name),
        Map.of(reference, new Following(Optional.of(Duration.ofHours(1)), used)));
    watch.start();
    time.advance(Duration.ofSeconds(1));
    source.forgetRequests();
  }

  /** Follows the list of all secrets, with no timer. */
  Search followSearch(String name) {
    Search search =
        new Search(
            reference(EU, "any").identity(),
            new Find(Optional.empty(), Map.of(), Optional.empty()));
    var names = cache.ask(search, Freshness.HELD);
    time.advance(Duration.ofMillis(60));
    Sight used = Sight.ofNames(names.join(), FakeSource.hash());
    watchlist.follow(
        new Dependant("ns", name), Map.of(search, new Following(Optional.empty(), used)));
    watch.start();
    time.advance(Duration.ofMinutes(2));
    source.forgetRequests();
    return search;
  }

  void announce(String key, String version) {
    source.put(key, version, "new " + version);
    tell(key, version);
  }

  void tell(String key, String version) {
    feed.messages.add(notice(key, Optional.of(version)));
  }

  ChangeNotice notice(String key, Optional<String> version) {
    return notice(SecretEvent.Kind.CONTENT, key, version);
  }

  ChangeNotice notice(SecretEvent.Kind kind, String key, Optional<String> version) {
    Instant at = Instant.ofEpochSecond(time.instant().getEpochSecond());
    String text = version.map(v -> key + " " + v).orElse(key);
    return new ChangeNotice(
        new SecretEvent(kind, Service.SECRETS_MANAGER, "", EU, key, Set.of(), version, at),
        () -> acknowledged.add(text));
  }
}
