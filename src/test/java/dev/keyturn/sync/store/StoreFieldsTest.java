package dev.keyturn.sync.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.keyturn.api.ClusterSecretStore;
import dev.keyturn.api.FieldWalk;
import dev.keyturn.api.SecretStore;
import dev.keyturn.api.SecretStoreStatus;
import dev.keyturn.api.Store;
import dev.keyturn.api.StoreKind;
import dev.keyturn.cluster.Namespaces;
import dev.keyturn.cluster.ObjectUser;
import dev.keyturn.cluster.ReferencedObjects;
import dev.keyturn.cluster.UnreadableObjects;
import dev.keyturn.ops.Patience;
import dev.keyturn.ops.Room;
import dev.keyturn.ops.Settings;
import dev.keyturn.ops.Tasks;
import dev.keyturn.ops.VirtualTime;
import dev.keyturn.source.Answer;
import dev.keyturn.source.FakeSource;
import dev.keyturn.source.Find;
import dev.keyturn.source.Identity;
import dev.keyturn.source.SecretRef;
import dev.keyturn.source.SecretSource;
import dev.keyturn.source.SecretValue;
import dev.keyturn.source.SourceFailure;
import dev.keyturn.source.VersionMark;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever the schemas of the stores take is obeyed, or listed here with its reason. */
class StoreFieldsTest {
  /** Field, and the words by which the page about moving over says what becomes of it. */
  private static final Map<String, String> ANSWERED_ELSEWHERE =
      Map.of(
          "spec.retrySettings.maxRetries", "`retrySettings`",
          "spec.retrySettings.retryInterval", "`retrySettings`",
          "spec.provider.aws.secretsManager.forceDeleteWithoutRecovery", "`secretsManager{}`",
          "spec.provider.aws.secretsManager.recoveryWindowInDays", "`secretsManager{}`");

  private static final String KEYS =
      """
      spec:
        controller: ""
        refreshInterval: 60
        retrySettings: {maxRetries: 3, retryInterval: 1s}
        provider:
          aws:
            service: SecretsManager
            region: eu-central-1
            role: arn:aws:iam::111122223333:role/last
            additionalRoles: [arn:aws:iam::111122223333:role/first]
            externalID: ext
            sessionTags: [{key: team, value: payments}]
            transitiveTagKeys: [team]
            sessionTagsPolicy: Custom
            customSessionTags: {cost: "42"}
            prefix: team-a/
            secretsManager: {forceDeleteWithoutRecovery: false, recoveryWindowInDays: 7}
            endpoints: {secretsManager: "https://a", ssm: "https://b", sts: "https://c"}
            auth:
              secretRef:
                accessKeyIDSecretRef: {name: keys, namespace: team-a, key: id}
                secretAccessKeySecretRef: {name: keys, namespace: team-a, key: secret}
                sessionTokenSecretRef: {name: keys, namespace: team-a, key: token}
      """;
  private static final String ACCOUNT =
      """
      spec:
        provider:
          aws:
            service: ParameterStore
            region: eu-central-1
            auth: {jwt: {serviceAccountRef: {name: reader, namespace: team-a, audiences: [sts.amazonaws.com]}}}
      """;
  private static final String CONDITIONS =
      """
      spec:
        conditions:
        - namespaces: [nobody]
        - namespaceRegexes: ["team-a"]
        - namespaceSelector:
            matchLabels: {tier: gold}
            matchExpressions: [{key: zone, operator: In, values: [blue]}]
        provider: {aws: {service: SecretsManager, region: eu-central-1}}
      """;
  private static final String NAMED = CONDITIONS.replace("nobody", "team-c");

  private final KubernetesMockServer server =
      new KubernetesMockServer(
          new Context(),
          new MockWebServer(),
          new HashMap<>(),
          new KubernetesCrudDispatcher(),
          false);
  private final Settings settings =
      new SmallRyeConfigBuilder()
          .withMapping(Settings.class)
          .withConverter(Duration.class, 200, new DurationConverter())
          .withDefaultValue("keyturn.stores.allow-custom-endpoints", "true")
          .build()
          .getConfigMapping(Settings.class);
  private final FakeSource source = new FakeSource();
  private KubernetesClient client;
  private Namespaces namespaces;
  private ReferencedObjects objects;

  @BeforeEach
  void start() throws Exception {
    server.init(InetAddress.getLoopbackAddress(), 0);
    client = server.createClient();
    namespace("team-a", Map.of());
    namespace("team-b", Map.of("tier", "gold", "zone", "blue"));
    namespace("team-c", Map.of());
    client
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withNamespace("team-a")
                .withName("reader")
                .withUid("reader-uid")
                .addToAnnotations("eks.amazonaws.com/role-arn", "arn:aws:iam::1:role/reader")
                .addToAnnotations("eks.amazonaws.com/audience", "own")
                .endMetadata()
                .build())
        .create();
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace("team-a")
                .withName("keys")
                .endMetadata()
                .addToData("id", "YQ==")
                .addToData("secret", "Yg==")
                .addToData("token", "Yw==")
                .build())
        .create();
    namespaces = new Namespaces(client);
    namespaces.start();
    UnreadableObjects unreadable = new UnreadableObjects(new SimpleMeterRegistry());
    VirtualTime time = new VirtualTime();
    objects =
        new ReferencedObjects(
            client, FakeSource.hash(), 0, new Room(1L << 20, 0), time, time, _ -> {}, unreadable);
  }

  @AfterEach
  void stop() {
    namespaces.stop();
    client.close();
    server.destroy();
  }

  @ParameterizedTest
  @CsvSource({
    "SECRET_STORE, secretstores.keyturn.dev.yaml",
    "CLUSTER_SECRET_STORE, clustersecretstores.keyturn.dev.yaml"
  })
  void every_field_makes_a_difference_or_its_answer_is_written_down(StoreKind kind, String crd)
      throws IOException {
    SortedSet<String> idle =
        FieldWalk.withoutEffect(
            crd,
            FieldWalk.manifests(KEYS, ACCOUNT, CONDITIONS, NAMED),
            manifest -> observed(kind, manifest));
    if (kind == StoreKind.SECRET_STORE) {
      // Told as one by the condition: see below.
      idle.removeIf(path -> path.startsWith("spec.conditions[]."));
    }
    assertThat(idle).containsExactlyInAnyOrderElementsOf(ANSWERED_ELSEWHERE.keySet());
    assertThat(Files.readString(Path.of("src/docs/migrating-from-eso.md")))
        .contains(ANSWERED_ELSEWHERE.values());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "retrySettings: {maxRetries: 3} ~ retrySettings has no effect",
        "conditions: [{namespaces: [x]}] ~ conditions has no effect",
        "'provider: {aws: {secretsManager: {recoveryWindowInDays: 7}}}' ~"
            + " provider.aws.secretsManager has no effect",
        "'provider: {aws: {externalID: ext}}' ~ externalID: no effect, for no role is assumed",
        "'provider: {aws: {sessionTagsPolicy: Simple}}' ~ sessionTagsPolicy: no effect",
        "'provider: {aws: {transitiveTagKeys: [a]}}' ~ transitiveTagKeys: no effect",
        "'provider: {aws: {sessionTags: [{key: a, value: b}]}}' ~ sessionTags: no effect",
        "'provider: {aws: {customSessionTags: {a: b}}}' ~ customSessionTags has no effect without",
        "refreshInterval: 60 ~ ''",
        "refreshInterval: 59 ~ refreshInterval counts as a minute: a store is checked no oftener",
      })
  void what_is_not_obeyed_is_told_by_a_store_that_is_ready(String field, String told) {
    ObjectNode manifest = FieldWalk.manifests("spec: {" + field + "}").getFirst();
    ObjectNode aws =
        ((ObjectNode) manifest.get("spec"))
            .withObject("/provider/aws")
            .put("region", "eu-central-1");
    aws.put("service", "SecretsManager");
    aws.withObject("/auth/jwt/serviceAccountRef").put("name", "reader");
    String message = check(StoreKind.SECRET_STORE, manifest).status().orElseThrow().toString();
    assertThat(message).contains("AWS accepts the credentials" + (told.isEmpty() ? "," : "; but "));
    assertThat(message).contains(told);
  }

  @ParameterizedTest
  @CsvSource({"1, PT1M", "59, PT1M", "60, PT1M", "61, PT1M1S", "0, PT5M"})
  void a_store_is_checked_every_minute_at_the_most(int seconds, Duration again) {
    ObjectNode manifest =
        FieldWalk.manifests("spec: {refreshInterval: %d}".formatted(seconds)).getFirst();
    ObjectNode aws =
        ((ObjectNode) manifest.get("spec"))
            .withObject("/provider/aws")
            .put("region", "eu-central-1");
    aws.put("service", "SecretsManager");
    aws.withObject("/auth/jwt/serviceAccountRef").put("name", "reader");
    assertThat(check(StoreKind.SECRET_STORE, manifest).again()).contains(again);
  }

  @Test
  void a_cluster_store_is_looked_at_as_the_first_namespace_that_uses_it() {
    ObjectNode manifest =
        FieldWalk.manifests(
                """
                spec:
                  provider:
                    aws: {service: SecretsManager, region: eu-central-1, role: "arn:aws:iam::1:role/r"}
                """)
            .getFirst();
    ClusterSecretStore store = (ClusterSecretStore) store(StoreKind.CLUSTER_SECRET_STORE, manifest);
    StoreKey key = new StoreKey(StoreKind.CLUSTER_SECRET_STORE, "", "aws");
    List<StoreKey> woken = new java.util.ArrayList<>();
    StoreUsers users = new StoreUsers(woken::add);
    StoreResolver resolver =
        new StoreResolver(settings, namespaces, objects, FakeSource.hash(), users);
    assertThat(resolver.check(key, store)).isEmpty();
    var _ = resolver.resolve(key, _ -> Optional.of(store), "team-b");
    var _ = resolver.resolve(key, _ -> Optional.of(store), "team-a");
    assertThat(woken).containsExactly(key);
    assertThat(resolver.check(key, store).orElseThrow().toString())
        .contains("sessionName=team-b==aws");
  }

  /** One namespace's own trouble is not the store's. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "team-a=                 ~ AWS accepts the credentials",
        "team-a=,team-b=         ~ AWS accepts the credentials",
        "team-a=,team-b=,team-c= ~ as namespace team-a uses it: role: AccessDenied: Allow it."
      })
  void a_cluster_store_is_refused_when_nobody_who_uses_it_is_accepted(String refused, String told) {
    ObjectNode manifest =
        FieldWalk.manifests(
                """
                spec:
                  provider:
                    aws: {service: SecretsManager, region: eu-central-1, role: "arn:aws:iam::1:role/r"}
                """)
            .getFirst();
    Store store = store(StoreKind.CLUSTER_SECRET_STORE, manifest);
    StoreKey key = key(StoreKind.CLUSTER_SECRET_STORE, "");
    StoreUsers users = new StoreUsers(_ -> {});
    StoreResolver resolver =
        new StoreResolver(settings, namespaces, objects, FakeSource.hash(), users);
    List.of("team-a", "team-b", "team-c")
        .forEach(namespace -> resolver.resolve(key, _ -> Optional.of(store), namespace));
    List<String> prefixes = List.of(refused.split(","));
    SecretSource refusing =
        new Checking(
            identity ->
                prefixes.stream().anyMatch(identity.chain().getLast().sessionName()::startsWith));
    VirtualTime waits = new VirtualTime();
    StoreCheck check =
        new StoreCheck(
            resolver,
            users,
            objects,
            refusing,
            new Patience(Patience.Limits.of(8), waits, waits),
            AT_ONCE,
            Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
    ObjectUser user = new ObjectUser(ObjectUser.Kind.CLUSTER_SECRET_STORE, "", "aws");
    assertThat(
            check
                .check(store, SecretStoreStatus.EMPTY, key, user, () -> {})
                .ready()
                .orElseThrow()
                .message())
        .isEqualTo(told);
  }

  /** Refuses some identities. */
  private record Checking(Predicate<Identity> refuses) implements SecretSource {
    @Override
    public Optional<SourceFailure> check(Identity identity) {
      return refuses.test(identity)
          ? Optional.of(new SourceFailure.BadCredentials("role", "AccessDenied", "Allow it."))
          : Optional.empty();
    }

    @Override
    public Map<SecretRef, Answer<SecretValue>> read(Identity identity, Set<SecretRef> refs) {
      return Map.of();
    }

    @Override
    public Map<SecretRef, Answer<VersionMark>> look(Identity identity, Set<SecretRef> refs) {
      return Map.of();
    }

    @Override
    public Answer<List<String>> find(Identity identity, Find find) {
      return Answer.found(List.of());
    }
  }

  @Test
  void a_namespace_that_is_not_known_yet_is_neither_admitted_nor_refused() {
    Store store =
        store(
            StoreKind.CLUSTER_SECRET_STORE,
            FieldWalk.manifests(
                    """
                    spec:
                      conditions:
                      - namespaceSelector: {matchExpressions: [{key: x, operator: DoesNotExist}]}
                      provider: {aws: {service: SecretsManager, region: eu-central-1}}
                    """)
                .getFirst());
    StoreKey key = new StoreKey(StoreKind.CLUSTER_SECRET_STORE, "", "aws");
    assertThat(resolver().resolve(key, _ -> Optional.of(store), "new"))
        .isEqualTo(new Resolution.NamespaceUnknown("new"));
    List<String> heard = new java.util.concurrent.CopyOnWriteArrayList<>();
    namespaces.listen(heard::add);
    namespace("new", Map.of());
    dev.keyturn.testbed.Eventually.holds(() -> assertThat(heard).contains("new"));
    assertThat(resolver().resolve(key, _ -> Optional.of(store), "new"))
        .isInstanceOf(Resolution.Usable.class);
  }

  private static final Tasks AT_ONCE =
      new Tasks() {
        @Override
        public void run(Runnable task) {
          task.run();
        }

        @Override
        public void after(Duration delay, Runnable task) {}
      };

  private String observed(StoreKind kind, JsonNode manifest) {
    Store store = store(kind, manifest);
    StringBuilder seen = new StringBuilder();
    for (String namespace : List.of("team-a", "team-b", "team-c")) {
      StoreKey key = key(kind, namespace);
      seen.append(resolver().resolve(key, _ -> Optional.of(store), namespace)).append('\n');
    }
    return seen.append(check(kind, manifest)).toString();
  }

  private StoreResolver resolver() {
    return new StoreResolver(
        settings, namespaces, objects, FakeSource.hash(), new StoreUsers(_ -> {}));
  }

  private StoreCheck.Result check(StoreKind kind, JsonNode manifest) {
    Clock clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
    VirtualTime waits = new VirtualTime();
    Patience patience = new Patience(Patience.Limits.of(8), waits, waits);
    return new StoreCheck(
            resolver(), new StoreUsers(_ -> {}), objects, source, patience, AT_ONCE, clock)
        .check(
            store(kind, manifest),
            SecretStoreStatus.EMPTY,
            key(kind, "team-a"),
            new ObjectUser(ObjectUser.Kind.SECRET_STORE, "team-a", "aws"),
            () -> {});
  }

  private static StoreKey key(StoreKind kind, String namespace) {
    return new StoreKey(kind, kind == StoreKind.SECRET_STORE ? namespace : "", "aws");
  }

  private static Store store(StoreKind kind, JsonNode manifest) {
    ObjectNode whole = manifest.deepCopy();
    whole.put("apiVersion", "keyturn.dev/v1");
    whole.putObject("metadata").put("namespace", "team-a").put("name", "aws").put("uid", "uid");
    return switch (kind) {
      case SECRET_STORE ->
          Serialization.unmarshal(whole.put("kind", "SecretStore").toString(), SecretStore.class);
      case CLUSTER_SECRET_STORE ->
          Serialization.unmarshal(
              whole.put("kind", "ClusterSecretStore").toString(), ClusterSecretStore.class);
    };
  }

  private void namespace(String name, Map<String, String> labels) {
    client
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .withLabels(labels)
                .endMetadata()
                .build())
        .create();
  }
}
