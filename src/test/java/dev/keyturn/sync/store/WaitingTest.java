package dev.keyturn.sync.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.ClusterSecretStore;
import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.SecretStore;
import dev.keyturn.api.Store;
import dev.keyturn.api.StoreKind;
import dev.keyturn.cluster.Namespaces;
import dev.keyturn.cluster.ReferencedObjects;
import dev.keyturn.cluster.UnreadableObjects;
import dev.keyturn.ops.Room;
import dev.keyturn.ops.Settings;
import dev.keyturn.ops.Tasks;
import dev.keyturn.ops.VirtualTime;
import dev.keyturn.render.StoreName;
import dev.keyturn.source.Answer;
import dev.keyturn.source.CacheMeters;
import dev.keyturn.source.FakeSource;
import dev.keyturn.source.Freshness;
import dev.keyturn.source.Identity;
import dev.keyturn.source.Reference;
import dev.keyturn.source.SecretCache;
import dev.keyturn.source.SecretRef;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Stores and namespaces are resolved as in the operator; nothing here needs an API server. */
class WaitingTest {
  private static final StoreName CLUSTER = new StoreName(StoreKind.CLUSTER_SECRET_STORE, "aws");
  private static final String NO_ROLE = "";
  private static final String ROLE = ", role: 'arn:aws:iam::111122223333:role/reader'";

  private static final KubernetesClient CLIENT =
      new KubernetesClientBuilder()
          .withConfig(new ConfigBuilder().withMasterUrl("http://127.0.0.1:1").build())
          .build();
  private static final Settings SETTINGS =
      new SmallRyeConfigBuilder()
          .withMapping(Settings.class)
          .withConverter(Duration.class, 200, new DurationConverter())
          .build()
          .getConfigMapping(Settings.class);
  private final VirtualTime time = new VirtualTime();
  private final StoreResolver resolver =
      new StoreResolver(
          SETTINGS,
          new Namespaces(CLIENT),
          new ReferencedObjects(
              CLIENT,
              FakeSource.hash(),
              0,
              new Room(1L << 20, 0),
              time,
              time,
              user -> {},
              new UnreadableObjects(new SimpleMeterRegistry())),
          FakeSource.hash(),
          new StoreUsers(_ -> {}));
  private final Map<StoreKey, Store> stores = new HashMap<>();
  private final List<ExternalSecret> resources = new ArrayList<>();
  private final Set<String> read = new HashSet<>();
  private final Waiting waiting =
      new Waiting(resolver::resolve, resource -> !read.contains(resource.getMetadata().getName()));

  WaitingTest() {
    waiting.among(
        store ->
            resources.stream()
                .filter(
                    it ->
                        StoreKey.of(storeName(it), it.getMetadata().getNamespace()).equals(store)),
        store -> Optional.ofNullable(stores.get(store)));
  }

  @AfterAll
  static void close() {
    CLIENT.close();
  }

  @Test
  void whoWasReadIsNotAmongThem() {
    clusterStore(NO_ROLE, "");
    externalSecret("shop", "one");
    externalSecret("shop", "two");
    read.add("one");
    assertThat(waits("shop")).containsExactly("two");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "refreshPolicy: OnChange",
        "refreshPolicy: CreatedOnce",
        "syncWindows: {kind: allow, windows: [{schedule: '0 2 * * *', duration: 1h}]}",
        "dataFrom: [{extract: {key: x}, sourceRef: {storeRef: {name: other}}}]",
        "target: {manifest: {apiVersion: v1, kind: ConfigMap}}",
      })
  void whoReadsByHimselfOrNotNowIsNotAmongThem(String spec) {
    clusterStore(NO_ROLE, "");
    externalSecret("shop", "one", spec);
    assertThat(waits("shop")).isEmpty();
  }

  @Test
  void whomTheConditionsOfTheStoreDoNotAdmitIsNotAmongThem() {
    clusterStore(NO_ROLE, ", conditions: [{namespaces: [shop, bank]}]");
    externalSecret("shop", "one");
    externalSecret("bank", "two");
    externalSecret("thief", "three");
    assertThat(waits("shop")).containsExactlyInAnyOrder("one", "two");
    assertThat(waiting.as(identity("bank"), CLUSTER, "thief").get().map(this::key))
        .containsExactlyInAnyOrder("one", "two");
  }

  /** The role's session has the name of the namespace. */
  @Test
  void whoIsAnotherToAwsIsNotAmongThem() {
    clusterStore(ROLE, "");
    externalSecret("shop", "one");
    externalSecret("bank", "two");
    assertThat(waits("shop")).containsExactly("one");
    assertThat(waits("bank")).containsExactly("two");
    assertThat(waiting.as(identity("bank"), CLUSTER, "shop").get()).isEmpty();
  }

  @Test
  void aStoreThatBecameAnotherBringsNobody() {
    clusterStore(NO_ROLE, "");
    externalSecret("shop", "one");
    Identity before = identity("shop");
    clusterStore(ROLE, "");
    assertThat(waiting.as(before, CLUSTER, "shop").get()).isEmpty();
    clusterStore(NO_ROLE, ", controller: theirs");
    assertThat(waiting.as(before, CLUSTER, "shop").get()).isEmpty();
  }

  @Test
  void aStoreOfANamespaceServesThatNamespaceAlone() {
    clusterStore(NO_ROLE, "");
    externalSecret("shop", "one");
    externalSecret("shop", "two", "secretStoreRef: {name: aws, kind: SecretStore}");
    assertThat(waits("shop")).containsExactly("one");
  }

  @Test
  void thousandsThatCannotBeReadKeepNobodyBusy() {
    clusterStore(NO_ROLE, "");
    for (int i = 0; i < 500; i++) {
      externalSecret("shop", "bad" + i, "dataFrom: [{}]");
    }
    assertThat(tried()).isLessThanOrEqualTo(101);
  }

  /** On a cold JVM some hundred wait to be reconciled whose values have come already. */
  @Test
  void whoWasBroughtAlongMakesWayForOthers() {
    clusterStore(NO_ROLE, "");
    for (int i = 0; i < 1000; i++) {
      externalSecret("shop", "e" + i);
    }
    Set<Reference> brought = new HashSet<>();
    for (int call = 0; call < 50; call++) {
      waiting.as(identity("shop"), CLUSTER, "shop").get().limit(20).forEach(brought::add);
    }
    assertThat(brought).hasSize(1000);
  }

  /** A pattern is compiled to be looked at. */
  @Test
  void whoSearchesIsNotAmongThem() {
    clusterStore(NO_ROLE, "");
    externalSecret("shop", "one", "dataFrom: [{find: {name: {regexp: x}}}]");
    externalSecret("shop", "two", "dataFrom: [{extract: {key: two}}, {find: {tags: {a: b}}}]");
    assertThat(waits("shop")).isEmpty();
    assertThat(tried()).isZero();
  }

  @Test
  void whoFillsCallsByHimselfIsNotAmongThem() {
    clusterStore(NO_ROLE, "");
    externalSecret("shop", "most", entries(19));
    externalSecret("shop", "more", entries(20));
    assertThat(waits("shop")).hasSize(20).contains("most").doesNotContain("more");
  }

  @Test
  void entriesCountNotResources() {
    clusterStore(NO_ROLE, "");
    for (int i = 0; i < 500; i++) {
      externalSecret("shop", "e" + i, entries(9));
    }
    assertThat(waits("shop")).hasSizeBetween(150, 200);
    assertThat(tried()).isLessThanOrEqualTo(20);
  }

  /** Besides the one that each has. */
  private static String entries(int count) {
    StringBuilder entries = new StringBuilder("dataFrom:");
    for (int i = 0; i < count; i++) {
      entries.append("\n  - {extract: {key: k").append(i).append("}}");
    }
    return entries.toString();
  }

  /** How many are asked whether they wait. */
  private int tried() {
    int[] tried = {0};
    Waiting counted =
        new Waiting(
            resolver::resolve,
            resource -> {
              tried[0]++;
              return true;
            });
    counted.among(store -> resources.stream(), store -> Optional.ofNullable(stores.get(store)));
    counted.as(identity("shop"), CLUSTER, "shop").get().forEach(reference -> {});
    return tried[0];
  }

  /** Fifty reconcilers that write for a quarter of a second between two reads, in any order. */
  @ParameterizedTest(name = "{0} identities with {1} ExternalSecrets each")
  @CsvSource({"1, 1000, 75", "200, 5, 300", "20, 50, 100"})
  void aSyncOfAThousandFillsItsBatches(int identities, int each, int calls) {
    clusterStore(ROLE, "");
    FakeSource source = new FakeSource();
    SecretCache cache = cache(source);
    for (int i = 0; i < identities * each; i++) {
      source.put("e" + i, "v1", "x");
      externalSecret("n" + i % identities, "e" + i);
    }
    List<ExternalSecret> shuffled = new ArrayList<>(resources);
    Collections.shuffle(shuffled, new Random(1));
    Queue<ExternalSecret> queue = new ArrayDeque<>(shuffled);
    Random random = new Random(1);
    for (int i = 0; i < 50; i++) {
      reconcile(queue, cache, random);
    }
    time.advance(Duration.ofMinutes(5));
    assertThat(read).hasSize(identities * each);
    System.out.printf("%d identities x %d: %d calls%n", identities, each, source.requests().size());
    assertThat(source.requests().size()).isLessThanOrEqualTo(calls);
    assertThat(source.requests().stream().mapToInt(it -> it.keys().size()).sum())
        .as("nothing is read twice")
        .isEqualTo(identities * each);
  }

  private void reconcile(Queue<ExternalSecret> queue, SecretCache cache, Random random) {
    ExternalSecret resource = queue.poll();
    if (resource == null) {
      return;
    }
    String namespace = resource.getMetadata().getNamespace();
    Identity identity = identity(namespace);
    SecretRef ref = SecretRef.current(resource.getMetadata().getName());
    CompletableFuture<Void> _ =
        cache
            .ask(
                identity,
                Set.of(ref),
                Freshness.HELD,
                Optional.of(waiting.as(identity, CLUSTER, namespace)))
            .get(ref)
            .thenAccept(
                answer -> {
                  assertThat(answer).isInstanceOf(Answer.Found.class);
                  read.add(resource.getMetadata().getName());
                  cache.expect(new Reference(identity, ref), 1);
                  time.after(
                      Duration.ofMillis(random.nextInt(500)),
                      () -> reconcile(queue, cache, random));
                });
  }

  private SecretCache cache(FakeSource source) {
    Tasks farAway =
        new Tasks() {
          @Override
          public void run(Runnable task) {
            time.after(Duration.ofMillis(20), task);
          }

          @Override
          public void after(Duration delay, Runnable task) {
            time.after(delay, task);
          }
        };
    return new SecretCache(
        source,
        FakeSource::hash,
        farAway,
        time,
        SecretCache.Bounds.DEFAULT,
        new CacheMeters(new SimpleMeterRegistry()));
  }

  private Stream<String> waits(String namespace) {
    return waiting.as(identity(namespace), CLUSTER, namespace).get().map(this::key);
  }

  private String key(Reference reference) {
    return reference.ref().key();
  }

  private Identity identity(String namespace) {
    Resolution resolution =
        resolver.resolve(
            StoreKey.of(CLUSTER, namespace),
            store -> Optional.ofNullable(stores.get(store)),
            namespace);
    return ((Resolution.Usable) resolution).identity();
  }

  private void clusterStore(String role, String more) {
    stores.put(
        StoreKey.of(CLUSTER, ""),
        Serialization.unmarshal(
            "metadata: {name: aws}\nspec: {provider: {aws: {service: SecretsManager, region: eu-central-1%s}}%s}"
                .formatted(role, more),
            ClusterSecretStore.class));
    StoreKey namespaced = new StoreKey(StoreKind.SECRET_STORE, "shop", "aws");
    stores.put(
        namespaced,
        Serialization.unmarshal(
            "metadata: {name: aws, namespace: shop}\nspec: {provider: {aws: {service:"
                + " SecretsManager, region: eu-central-1}}}",
            SecretStore.class));
  }

  private void externalSecret(String namespace, String name) {
    externalSecret(namespace, name, "refreshInterval: 30s");
  }

  private void externalSecret(String namespace, String name, String spec) {
    String store =
        spec.contains("secretStoreRef")
            ? ""
            : "\n  secretStoreRef: {name: aws, kind: ClusterSecretStore}";
    resources.add(
        Serialization.unmarshal(
            "metadata: {namespace: %s, name: %s}\nspec:\n  data: [{secretKey: password, remoteRef: {key: %2$s}}]\n  %s%s\n"
                .formatted(namespace, name, spec, store),
            ExternalSecret.class));
  }

  private static StoreName storeName(ExternalSecret resource) {
    return new StoreName(
        resource.getSpec().secretStoreRef().kind(), resource.getSpec().secretStoreRef().name());
  }
}
