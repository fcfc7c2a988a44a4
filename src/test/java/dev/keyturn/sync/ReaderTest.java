package dev.keyturn.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.StoreKind;
import dev.keyturn.ops.OutOfPatience;
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
import dev.keyturn.rotation.WatchBudget;
import dev.keyturn.rotation.WatchMeters;
import dev.keyturn.rotation.Watchlist;
import dev.keyturn.source.Answer;
import dev.keyturn.source.CacheMeters;
import dev.keyturn.source.FakeSource;
import dev.keyturn.source.Followed;
import dev.keyturn.source.Freshness;
import dev.keyturn.source.Identity;
import dev.keyturn.source.Reference;
import dev.keyturn.source.Search;
import dev.keyturn.source.SecretCache;
import dev.keyturn.source.Service;
import dev.keyturn.testbed.Eventually;
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
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  private static final String SEARCHES =
      "{dataFrom: [{find: {name: {regexp: 'a.*'}}}, {find: {name: {regexp: 'b.*'}}},"
          + " {find: {name: {regexp: 'c.*'}}}], secretStoreRef: {name: aws}}";

  private final VirtualTime time = new VirtualTime();

  /** Of those who wait: AWS is as slow as its own time stands still. */
  private final VirtualTime waits = new VirtualTime();

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
  private final Reader reader =
      Readers.reader(source, cache, watchlist, waits, dependant -> woken.add(dependant.name()));

  /** Has room for 25. */
  private final Reader narrow =
      Readers.reader(
          source,
          cache,
          watchlist,
          new WatchBudget(100, waits, dependant -> woken.add(dependant.name())),
          waits,
          dependant -> {});

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
  void nobodyIsAskedAfterASearchThatFailed() {
    source.put("db", "v1", "x");
    ExternalSecret resource = resource("one", "u1", SEARCHES);
    reads(resource, BEFORE, HOUR);
    assertThat(finds()).isEqualTo(3);
    Map<Followed, Optional<Duration>> before = watchlist.intervals(Dependants.of(resource));
    time.advance(Duration.ofMinutes(1));
    source.forgetRequests();
    woken.clear();
    source.outage(FakeSource.denied("find"));
    reads(resource, BEFORE, HOUR);
    assertThat(finds()).isEqualTo(1);
    assertThat(woken).as("what was not asked is followed as it is known").isEmpty();
    assertThat(watchlist.intervals(Dependants.of(resource)).keySet())
        .containsAll(before.keySet().stream().filter(Search.class::isInstance).toList());
  }

  private long finds() {
    return source.requests().stream().filter(request -> request.kind().equals("find")).count();
  }

  @Test
  void foundNamesHaveABoundInMemory() {
    for (int i = 0; i < 1100; i++) {
      source.put("n%04d".formatted(i).repeat(100), "v1", "x");
    }
    ExternalSecret resource = resource("one", "u1", SEARCHES);
    Fetched fetched = reads(resource, BEFORE, HOUR);
    assertThat(source.requests())
        .as("the second of three has too many, and nobody is read that was found by it")
        .filteredOn(request -> request.kind().equals("find"))
        .hasSize(2);
    assertThat(fetched.names().get(STORE).values())
        .filteredOn(Answer.Failed.class::isInstance)
        .hasSize(2)
        .allSatisfy(
            answer ->
                assertThat(((Answer.Failed<List<String>>) answer).failure().message())
                    .contains("the names that its searches find have 1100000 characters"));
  }

  @Test
  void whoeverWaitsForASlowListingGivesTheReconcilerBackAndIsCalledAgain() throws Exception {
    source.put("db", "v1", "x");
    List<CompletableFuture<Fetched>> reads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      ExternalSecret resource = resource("e" + i, "u" + i, SEARCH.replace(".*", "x" + i));
      int armed = waits.waiting();
      reads.add(
          CompletableFuture.supplyAsync(
              () ->
                  reader.fetch(Dependants.of(resource), sources(resource, BEFORE), Freshness.HELD),
              Thread::startVirtualThread));
      Eventually.holds(() -> assertThat(waits.waiting()).isGreaterThan(armed));
    }
    waits.advance(Duration.ofMillis(1_001));
    Eventually.holds(
        () ->
            assertThat(reads)
                .filteredOn(CompletableFuture::isCompletedExceptionally)
                .as("all but a quarter of them")
                .hasSize(6)
                .allSatisfy(
                    read -> assertThat(read.exceptionNow()).isInstanceOf(OutOfPatience.class)));
    assertThat(woken).isEmpty();
    Eventually.holds(
        () -> {
          time.advance(Duration.ofMillis(300));
          assertThat(reads).allMatch(CompletableFuture::isDone);
        });
    Eventually.holds(
        () -> assertThat(woken).as("as many as have room; these call the next").hasSize(3));
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

  /** 400 ExternalSecrets of 500 secrets each filled the heap. */
  @Test
  void whatThereIsNoRoomForLeavesNothingBehindAndIsReadFromTimeToTime() {
    IntStream.range(0, 30).forEach(i -> source.put("s" + i, "v1", "x"));
    ExternalSecret large = resource("large", "u1", many(30));
    reads(narrow, large, BEFORE, HALF_MINUTE);
    assertThat(watchlist.references()).isEmpty();
    assertThat(cache.known(FakeSource.reference("eu-central-1", "s0"))).isEmpty();
    assertThat(narrow.known(Dependants.of(large), sources(large, BEFORE))).isEmpty();
    woken.clear();
    time.advance(Duration.ofMinutes(6));
    waits.advance(Duration.ofMinutes(6));
    assertThat(woken).containsExactly("large");
  }

  @Test
  void whatOthersFollowStaysThoughThereIsNoRoomForMany() {
    IntStream.range(0, 30).forEach(i -> source.put("s" + i, "v1", "x"));
    ExternalSecret few = resource("few", "u1", many(20));
    ExternalSecret large = resource("large", "u2", many(25));
    reads(narrow, few, BEFORE, HOUR);
    reads(
        narrow,
        resource("rest", "u3", many(25).replaceFirst("\\{secretKey: k0,.*key: s19}}, ", "")),
        BEFORE,
        HOUR);
    reads(narrow, large, BEFORE, HOUR);
    assertThat(watchlist.references()).hasSize(25);
    assertThat(narrow.known(Dependants.of(few), sources(few, BEFORE))).isPresent();
    assertThat(narrow.known(Dependants.of(large), sources(large, BEFORE))).isEmpty();
    narrow.forget(Dependants.of(large));
    assertThat(narrow.known(Dependants.of(large), sources(large, BEFORE))).isPresent();
  }

  /** As much as what is followed, where it is read by many and kept until it is old. */
  @ParameterizedTest
  @ValueSource(strings = {"CreatedOnce", "OnChange"})
  void whatIsReadOnceAndNotFollowedLeavesNothingBehind(String policy) {
    source.put("db", "v1", "x");
    source.put("api", "v1", "x");
    ExternalSecret once =
        resource("once", "u1", SEARCH.replaceFirst("\\{", "{refreshPolicy: " + policy + ", "));
    Reference db = FakeSource.reference("eu-central-1", "db");
    reads(resource("one"), BEFORE, HOUR);
    assertThat(reads(once, BEFORE, HOUR).values().get(STORE)).hasSize(2);
    assertThat(watchlist.references()).containsExactly(db);
    assertThat(cache.known(db)).as("another follows it").isPresent();
    assertThat(cache.known(FakeSource.reference("eu-central-1", "api"))).isEmpty();
    Sources sources = sources(once, BEFORE);
    assertThat(sources.request().finds(STORE))
        .singleElement()
        .satisfies(find -> assertThat(cache.known(new Search(BEFORE, find))).isEmpty());
  }

  private static String many(int count) {
    return IntStream.range(0, count)
        .mapToObj("{secretKey: k%1$d, remoteRef: {key: s%1$d}}"::formatted)
        .collect(Collectors.joining(", ", "{data: [", "], secretStoreRef: {name: aws}}"));
  }

  private Fetched reads(ExternalSecret resource, Identity as, Optional<Duration> interval) {
    return reads(reader, resource, as, interval);
  }

  private Fetched reads(
      Reader reader, ExternalSecret resource, Identity as, Optional<Duration> interval) {
    Sources sources = sources(resource, as);
    CompletableFuture<Fetched> fetched =
        CompletableFuture.supplyAsync(
            () -> reader.fetch(Dependants.of(resource), sources, Freshness.HELD));
    while (!fetched.isDone()) {
      time.advance(Duration.ofMillis(5));
    }
    reader.follow(resource, sources, fetched.join(), interval);
    return fetched.join();
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
