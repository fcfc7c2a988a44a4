package dev.keyturn.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.StoreKind;
import dev.keyturn.ops.VirtualTime;
import dev.keyturn.render.Checked;
import dev.keyturn.render.Fetched;
import dev.keyturn.render.Plan;
import dev.keyturn.render.Prefix;
import dev.keyturn.render.Request;
import dev.keyturn.render.SpecReader;
import dev.keyturn.render.StoreName;
import dev.keyturn.render.StoreView;
import dev.keyturn.rotation.StageWatch;
import dev.keyturn.rotation.WatchMeters;
import dev.keyturn.rotation.Watchlist;
import dev.keyturn.source.CacheMeters;
import dev.keyturn.source.FakeSource;
import dev.keyturn.source.Followed;
import dev.keyturn.source.Freshness;
import dev.keyturn.source.Identity;
import dev.keyturn.source.SecretCache;
import dev.keyturn.source.Service;
import dev.keyturn.sync.store.Resolution;
import dev.keyturn.sync.store.Waiting;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Who follows what, as whom and how often. */
class ReaderTest {
  private static final StoreName STORE = new StoreName(StoreKind.SECRET_STORE, "aws");
  private static final Identity BEFORE = FakeSource.identity("eu-central-1");
  private static final Identity AFTER = FakeSource.identity("eu-west-1");
  private static final Optional<Duration> HOUR = Optional.of(Duration.ofHours(1));
  private static final Optional<Duration> HALF_MINUTE = Optional.of(Duration.ofSeconds(30));
  private static final String ONE_KEY =
      "{data: [{secretKey: password, remoteRef: {key: db}}], secretStoreRef: {name: aws}}";
  private static final String SEARCH =
      "{dataFrom: [{find: {name: {regexp: '.*'}}}], secretStoreRef: {name: aws}}";

  private final VirtualTime time = new VirtualTime();
  private final FakeSource source = new FakeSource();
  private final List<String> woken = new ArrayList<>();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final SecretCache cache =
      new SecretCache(
          source,
          FakeSource::hash,
          time,
          time,
          SecretCache.Bounds.DEFAULT,
          new CacheMeters(meters));
  private final Watchlist watchlist =
      new Watchlist(cache, dependant -> woken.add(dependant.name()));
  private final StageWatch watch =
      new StageWatch(cache, watchlist, time, time, new Random(1), new WatchMeters(meters));
  private final Waiting waiting =
      new Waiting((store, stores, namespace) -> new Resolution.OtherClass(), resource -> false);
  private final Reader reader = new Reader(source, cache, watchlist, FakeSource.hash(), waiting);

  @Test
  void whoSharesASecretMovesWithItsStoreThoughAnotherHasReadIt() {
    source.put("db", "v1", "x");
    reads(resource("one"), BEFORE, HOUR);
    reads(resource("two"), BEFORE, HOUR);
    reads(resource("one"), AFTER, HOUR);
    knowsAll(resource("two"), AFTER, HOUR);
    assertThat(identities(resource("two"))).containsOnly(AFTER);
    assertThat(watchlist.references()).extracting(Followed::identity).containsOnly(AFTER);
  }

  @Test
  void whoMovedHearsOfARotationThoughTheOldIdentityIsDenied() {
    source.put("db", "v1", "x");
    reads(resource("one"), BEFORE, HALF_MINUTE);
    reads(resource("two"), BEFORE, HALF_MINUTE);
    reads(resource("one"), AFTER, HALF_MINUTE);
    knowsAll(resource("two"), AFTER, HALF_MINUTE);
    watch.start();
    time.advance(Duration.ofMinutes(2));
    woken.clear();
    source.forgetRequests();
    source.put("db", "v2", "y");
    time.advance(Duration.ofSeconds(31));
    assertThat(woken).contains("two");
    assertThat(source.requests()).extracting(FakeSource.Request::identity).containsOnly(AFTER);
  }

  @Test
  void aChangedIntervalCountsAtOnce() {
    source.put("db", "v1", "x");
    reads(resource("one"), BEFORE, HOUR);
    knowsAll(resource("one"), BEFORE, HALF_MINUTE);
    assertThat(watchlist.intervals(Dependants.of(resource("one")))).containsValue(HALF_MINUTE);
    watch.start();
    time.advance(Duration.ofMinutes(2));
    source.put("db", "v2", "y");
    time.advance(Duration.ofSeconds(31));
    assertThat(woken).containsExactly("one");
  }

  @Test
  void whoIsAtRestFollowsOnWithoutAWord() {
    source.put("db", "v1", "x");
    reads(resource("one"), BEFORE, HOUR);
    Map<Followed, Optional<Duration>> before = watchlist.intervals(Dependants.of(resource("one")));
    source.forgetRequests();
    knowsAll(resource("one"), BEFORE, HOUR);
    assertThat(watchlist.intervals(Dependants.of(resource("one")))).isEqualTo(before);
    assertThat(source.requests()).isEmpty();
  }

  @Test
  void aSearchIsFollowedOnWithAllThatItFound() {
    source.put("db", "v1", "x");
    source.put("api", "v1", "x");
    ExternalSecret resource = resource("one", "u1", SEARCH);
    reads(resource, BEFORE, HOUR);
    assertThat(watchlist.followed(Dependants.of(resource))).hasSize(3);
    knowsAll(resource, BEFORE, HALF_MINUTE);
    assertThat(watchlist.intervals(Dependants.of(resource)).values())
        .containsOnly(HALF_MINUTE)
        .hasSize(3);
  }

  @Test
  void oneThatMayNotReadYetPollsNothingAsItsOldIdentity() {
    source.put("db", "v1", "x");
    reads(resource("one"), BEFORE, HOUR);
    reader.leaveOthers(Dependants.of(resource("one")), sources(resource("one"), BEFORE));
    assertThat(identities(resource("one"))).containsOnly(BEFORE);
    reader.leaveOthers(Dependants.of(resource("one")), sources(resource("one"), AFTER));
    assertThat(watchlist.references()).isEmpty();
  }

  @Test
  void oneThatIsDeletedAndMadeAgainLeavesNothingPolled() {
    source.put("db", "v1", "x");
    source.put("api", "v1", "x");
    reads(resource("one", "u1", ONE_KEY), BEFORE, HOUR);
    reads(resource("one", "u2", ONE_KEY.replace("db", "api")), BEFORE, HOUR);
    reader.forget(Dependants.of(resource("one", "u2", ONE_KEY)));
    assertThat(watchlist.references()).isEmpty();
  }

  private void reads(ExternalSecret resource, Identity as, Optional<Duration> interval) {
    Sources sources = sources(resource, as);
    CompletableFuture<Fetched> fetched =
        CompletableFuture.supplyAsync(
            () -> reader.fetch(Dependants.of(resource), sources, Freshness.HELD));
    while (!fetched.isDone()) {
      time.advance(Duration.ofMillis(5));
    }
    reader.follow(Dependants.of(resource), sources, fetched.join(), interval);
  }

  private void knowsAll(ExternalSecret resource, Identity as, Optional<Duration> interval) {
    Sources sources = sources(resource, as);
    assertThat(reader.known(Dependants.of(resource), sources)).isPresent();
    reader.join(Dependants.of(resource), sources, interval);
  }

  private List<Identity> identities(ExternalSecret resource) {
    return watchlist.followed(Dependants.of(resource)).stream()
        .map(Followed::identity)
        .collect(Collectors.toList());
  }

  private static ExternalSecret resource(String name) {
    return resource(name, "uid-of-" + name, ONE_KEY);
  }

  private static ExternalSecret resource(String name, String uid, String spec) {
    return Serialization.unmarshal(
        "metadata: {namespace: shop, name: %s, uid: %s}\nspec: %s\n".formatted(name, uid, spec),
        ExternalSecret.class);
  }

  private static Sources sources(ExternalSecret resource, Identity as) {
    if (!(SpecReader.read(resource) instanceof Checked.Good<Plan>(Plan plan))) {
      throw new AssertionError("not a good spec");
    }
    StoreView view = new StoreView(Service.SECRETS_MANAGER, new Prefix(""));
    if (!(Request.of(plan, Map.of(STORE, view))
        instanceof Checked.Good<Request>(Request request))) {
      throw new AssertionError("not a good request");
    }
    return new Sources(plan, request, Map.of(STORE, as));
  }
}
