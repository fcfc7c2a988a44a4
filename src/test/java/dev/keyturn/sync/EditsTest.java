package dev.keyturn.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretSpec.RefreshPolicy;
import dev.keyturn.api.StoreKind;
import dev.keyturn.ops.VirtualTime;
import dev.keyturn.render.Checked;
import dev.keyturn.render.Fetched;
import dev.keyturn.render.Inputs;
import dev.keyturn.render.Plan;
import dev.keyturn.render.Prefix;
import dev.keyturn.render.Request;
import dev.keyturn.render.SpecReader;
import dev.keyturn.render.StoreName;
import dev.keyturn.render.StoreView;
import dev.keyturn.render.TemplateSources;
import dev.keyturn.rotation.Dependant;
import dev.keyturn.rotation.StageWatch;
import dev.keyturn.rotation.WatchMeters;
import dev.keyturn.rotation.Watchlist;
import dev.keyturn.source.Answer;
import dev.keyturn.source.CacheMeters;
import dev.keyturn.source.FakeSource;
import dev.keyturn.source.Find;
import dev.keyturn.source.Followed;
import dev.keyturn.source.Freshness;
import dev.keyturn.source.Identity;
import dev.keyturn.source.Reference;
import dev.keyturn.source.SecretCache;
import dev.keyturn.source.SecretRef;
import dev.keyturn.source.SecretSource;
import dev.keyturn.source.SecretValue;
import dev.keyturn.source.Service;
import dev.keyturn.source.VersionMark;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Stores and specs are edited at random while secrets rotate, and identities that nobody names any
 * more lose their rights. In the end every Secret is right, everything is polled as the identity
 * and as often as the specs say, and nobody polls for nobody. An identity stands for all that makes
 * one: role, ServiceAccount, key Secret, endpoint.
 */
class EditsTest {
  private static final StoreName STORE = new StoreName(StoreKind.SECRET_STORE, "aws");
  private static final int STORES = 3;
  private static final int RESOURCES = 8;
  private static final int EDITS = 40;
  private static final List<String> KEYS = List.of("k0", "k1", "k2", "k3");
  private static final List<String> INTERVALS = List.of("5s", "30s", "10m");
  private static final List<Identity> IDENTITIES =
      LongStream.range(1, 6).mapToObj(i -> FakeSource.identity("eu-west-" + i)).toList();
  private static final Duration STEP = Duration.ofMillis(250);
  private static final Duration LONGER_THAN_ANY_INTERVAL = Duration.ofMinutes(12);

  /** What somebody has written. */
  private record Spec(int life, int store, Set<String> keys, String version, String interval) {
    ExternalSecret resource(String name) {
      StringBuilder data = new StringBuilder();
      keys.forEach(
          key ->
              data.append(
                  "{secretKey: %s, remoteRef: {key: %s, version: %s}},"
                      .formatted(key, key, version)));
      return Serialization.unmarshal(
          """
          metadata: {namespace: shop, name: %1$s, uid: %1$s-%2$d}
          spec: {secretStoreRef: {name: aws}, refreshInterval: %3$s, data: [%4$s]}
          """
              .formatted(name, life, interval, data),
          ExternalSecret.class);
    }
  }

  /** What was written into a Secret, by inputs as the status has them. */
  private record Applied(String inputs, Map<String, String> versions) {}

  private final VirtualTime time = new VirtualTime();
  private final FakeSource aws = new FakeSource();
  private final Set<Identity> denied = new HashSet<>();
  private final SecretSource source = new Denying();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final SecretCache cache =
      new SecretCache(
          source,
          FakeSource::hash,
          time,
          time,
          SecretCache.Bounds.DEFAULT,
          new CacheMeters(meters));
  private final Set<String> woken = new LinkedHashSet<>();
  private final Watchlist watchlist =
      new Watchlist(cache, dependant -> woken.add(dependant.name()));
  private final Reader reader =
      Readers.reader(source, cache, watchlist, new VirtualTime(), _ -> {});
  private final List<Integer> identityOf = new ArrayList<>(List.of(0, 1, 2));
  private final Map<String, Spec> specs = new TreeMap<>();
  private final Map<String, Applied> secrets = new HashMap<>();
  private final Map<String, String> versions = new HashMap<>();
  private int lives;

  /** Old identities are refused, as those whose role or key was taken away. */
  private final class Denying implements SecretSource {
    private <T> Map<SecretRef, Answer<T>> unlessDenied(
        Identity identity,
        Set<SecretRef> refs,
        Function<Set<SecretRef>, Map<SecretRef, Answer<T>>> ask) {
      Map<SecretRef, Answer<T>> answers = ask.apply(refs);
      if (denied.contains(identity)) {
        answers.replaceAll((ref, _) -> Answer.failed(FakeSource.denied(ref.key())));
      }
      return answers;
    }

    @Override
    public Map<SecretRef, Answer<SecretValue>> read(Identity identity, Set<SecretRef> refs) {
      return unlessDenied(identity, refs, asked -> aws.read(identity, asked));
    }

    @Override
    public Map<SecretRef, Answer<VersionMark>> look(Identity identity, Set<SecretRef> refs) {
      return unlessDenied(identity, refs, asked -> aws.look(identity, asked));
    }

    @Override
    public Answer<List<String>> find(Identity identity, Find find) {
      return aws.find(identity, find);
    }
  }

  static LongStream seeds() {
    return LongStream.range(0, 40);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everybody_moves_with_what_the_specs_say(long seed) throws Exception {
    Random random = new Random(seed);
    StageWatch watch =
        new StageWatch(cache, watchlist, time, time, random, new WatchMeters(meters));
    watch.start();
    KEYS.forEach(this::rotate);
    for (int i = 0; i < RESOURCES; i++) {
      write("e" + i, random);
    }
    for (int i = 0; i < EDITS; i++) {
      edit(random);
      pass(Duration.ofMillis(random.nextInt(random.nextBoolean() ? 300 : 40_000)), random);
    }
    denied.clear();
    denied.addAll(IDENTITIES);
    denied.removeAll(identityOf.stream().map(IDENTITIES::get).toList());
    pass(LONGER_THAN_ANY_INTERVAL, random);

    Set<Followed> wanted = wanted();
    assertThat(watchlist.references()).isEqualTo(wanted);
    specs.forEach(
        (name, _) ->
            assertThat(watchlist.intervals(Dependants.of(resource(name))))
                .as(name)
                .isEqualTo(intervals(name)));
    KEYS.forEach(this::rotate);
    aws.forgetRequests();
    pass(LONGER_THAN_ANY_INTERVAL, random);
    specs.forEach(
        (name, spec) ->
            spec.keys()
                .forEach(
                    key ->
                        assertThat(secrets.get(name).versions())
                            .as(name)
                            .containsEntry(key, versions.get(key))));
    assertThat(aws.requests())
        .allSatisfy(
            request ->
                assertThat(request.keys())
                    .as(request.toString())
                    .allMatch(key -> isWanted(wanted, request.identity(), key)));

    List.copyOf(specs.keySet()).forEach(this::delete);
    aws.forgetRequests();
    pass(LONGER_THAN_ANY_INTERVAL, random);
    assertThat(watchlist.references()).isEmpty();
    assertThat(aws.requests()).isEmpty();
  }

  private static boolean isWanted(Set<Followed> wanted, Identity identity, String key) {
    return wanted.stream()
        .anyMatch(
            it ->
                it.identity().equals(identity)
                    && it instanceof Reference(var _, SecretRef ref)
                    && ref.key().equals(key));
  }

  private void edit(Random random) {
    String name = "e" + random.nextInt(RESOURCES);
    Spec spec = specs.get(name);
    switch (random.nextInt(10)) {
      case 0, 1 -> move(random.nextInt(STORES), random.nextInt(IDENTITIES.size()));
      case 2, 3 -> rotate(KEYS.get(random.nextInt(KEYS.size())));
      case 4 -> {
        List<Identity> unused = new ArrayList<>(IDENTITIES);
        unused.removeAll(identityOf.stream().map(IDENTITIES::get).toList());
        denied.add(unused.get(random.nextInt(unused.size())));
      }
      case 5 -> {
        if (spec == null) {
          write(name, random);
        } else {
          delete(name);
        }
      }
      case 6 -> woken.addAll(specs.keySet());
      case 7 -> {
        if (spec != null) {
          change(
              name,
              new Spec(spec.life, spec.store, spec.keys, spec.version, any(INTERVALS, random)));
        }
      }
      default -> {
        if (spec != null) {
          change(name, drawn(spec.life, random));
        }
      }
    }
  }

  private void write(String name, Random random) {
    change(name, drawn(lives++, random));
  }

  private static Spec drawn(int life, Random random) {
    Set<String> keys = new HashSet<>(Set.of(any(KEYS, random)));
    keys.add(any(KEYS, random));
    return new Spec(
        life,
        random.nextInt(STORES),
        keys,
        any(List.of("AWSCURRENT", "AWSPREVIOUS"), random),
        any(INTERVALS, random));
  }

  private void change(String name, Spec spec) {
    specs.put(name, spec);
    woken.add(name);
  }

  /** Its identity has its rights, as whoever edits a store sees to. */
  private void move(int store, int identity) {
    denied.remove(IDENTITIES.get(identity));
    identityOf.set(store, identity);
    specs.forEach(
        (name, spec) -> {
          if (spec.store() == store) {
            woken.add(name);
          }
        });
  }

  private void delete(String name) {
    reader.forget(Dependants.of(resource(name)));
    specs.remove(name);
    secrets.remove(name);
    woken.remove(name);
  }

  private void rotate(String key) {
    String version = "v" + lives++;
    versions.put(key, version);
    aws.put(key, version, "value of " + version);
  }

  /** Whoever was woken gets his turn in any order, and other turns and edits come in between. */
  private void pass(Duration length, Random random) throws Exception {
    for (Duration left = length; !left.isNegative(); left = left.minus(STEP)) {
      List<String> turns = new ArrayList<>(woken);
      Collections.shuffle(turns, random);
      for (String name : turns.subList(0, Math.min(turns.size(), 3))) {
        woken.remove(name);
        if (specs.containsKey(name)) {
          reconcile(name);
        }
      }
      time.advance(STEP);
    }
  }

  /** As {@link Sync} does it for a Secret that nobody disturbs. */
  private void reconcile(String name) throws Exception {
    ExternalSecret resource = resource(name);
    Dependant dependant = Dependants.of(resource);
    Sources sources = sources(resource, identity(name));
    Optional<Duration> interval = Optional.of(resource.getSpec().refreshInterval());
    Optional<Inputs.Versions> known = reader.known(dependant, sources);
    if (known.isPresent()) {
      reader.join(dependant, sources, interval);
      Applied applied = secrets.get(name);
      if (applied != null && inputs(sources, known.get()).equals(applied.inputs())) {
        return;
      }
    }
    Fetched fetched = fetched(dependant, sources);
    reader.follow(resource, sources, fetched, interval);
    Map<String, String> read = new HashMap<>();
    fetched
        .values()
        .getOrDefault(STORE, Map.of())
        .forEach(
            (ref, answer) -> {
              if (answer instanceof Answer.Found<SecretValue>(SecretValue value)) {
                read.put(ref.key(), value.versionId());
              }
            });
    if (read.keySet().equals(specs.get(name).keys())) {
      secrets.put(
          name, new Applied(inputs(sources, Inputs.Versions.of(fetched, FakeSource.hash())), read));
    } else {
      time.after(Duration.ofSeconds(10), () -> woken.add(name));
    }
  }

  private Fetched fetched(Dependant dependant, Sources sources) throws Exception {
    FutureTask<Fetched> fetch =
        new FutureTask<>(() -> reader.fetch(dependant, sources, Freshness.HELD));
    Thread thread = Thread.ofPlatform().start(fetch);
    while (!fetch.isDone()) {
      if (thread.getState() == Thread.State.WAITING) {
        time.advance(Duration.ofMillis(5));
      }
      Thread.onSpinWait();
    }
    return fetch.get();
  }

  private static String inputs(Sources sources, Inputs.Versions known) {
    return sources.inputs(RefreshPolicy.PERIODIC, known, TemplateSources.NONE, FakeSource.hash());
  }

  private ExternalSecret resource(String name) {
    return specs.get(name).resource(name);
  }

  private Identity identity(String name) {
    return IDENTITIES.get(identityOf.get(specs.get(name).store()));
  }

  private Map<Followed, Optional<Duration>> intervals(String name) {
    Map<Followed, Optional<Duration>> intervals = new HashMap<>();
    ExternalSecret resource = resource(name);
    sources(resource, identity(name))
        .request()
        .refs(STORE)
        .forEach(
            ref ->
                intervals.put(
                    new Reference(identity(name), ref),
                    Optional.of(resource.getSpec().refreshInterval())));
    return intervals;
  }

  private Set<Followed> wanted() {
    Set<Followed> wanted = new HashSet<>();
    specs.keySet().forEach(name -> wanted.addAll(intervals(name).keySet()));
    return wanted;
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

  private static <T> T any(List<T> values, Random random) {
    return values.get(random.nextInt(values.size()));
  }
}
