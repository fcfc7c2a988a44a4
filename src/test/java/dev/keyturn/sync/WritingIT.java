package dev.keyturn.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.testbed.Alone;
import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.RealCluster;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the Secret, on the real API server. */
@RealCluster
class WritingIT {
  private static final String VALUE = "{\"password\":\"one\"}";

  @Test
  void owner_creates_owns_and_has_it_collected(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("db", VALUE);
    bed.apply(
        """
        apiVersion: keyturn.dev/v1
        kind: ExternalSecret
        metadata:
          name: db
          labels: {team: shop}
          annotations: {note: hello, argocd.argoproj.io/tracking-id: x, keyturn.dev/force-sync: a}
        spec: {secretStoreRef: {name: aws}, dataFrom: [{extract: {key: db}}]}
        """);
    Secret secret = bed.awaitSecret("db", Map.of("password", "one"));
    assertThat(secret.getType()).isEqualTo("Opaque");
    assertThat(secret.getMetadata().getLabels())
        .containsOnly(Map.entry("team", "shop"), Map.entry("keyturn.dev/managed", "true"));
    assertThat(secret.getMetadata().getAnnotations())
        .containsOnly(Map.entry("note", "hello"), Map.entry("keyturn.dev/owner", "db"));
    assertThat(secret.getMetadata().getOwnerReferences())
        .singleElement()
        .satisfies(owner -> assertThat(owner.getController()).isTrue());
    bed.kubectl("delete", "kes", "db");
    Eventually.holds(() -> assertThat(bed.live("db")).isEmpty());
  }

  @Test
  void orphan_survives_its_external_secret(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("db", VALUE);
    bed.extract("db", "db", "target: {creationPolicy: Orphan}");
    Secret secret = bed.awaitSecret("db", Map.of("password", "one"));
    assertThat(secret.getMetadata().getOwnerReferences()).isEmpty();
    bed.awaitReady("db");
    bed.kubectl("delete", "kes", "db");
    bed.settle();
    assertThat(bed.live("db")).isPresent();
  }

  @Test
  void merge_waits_for_the_secret_then_adds_its_keys_alone(
      TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("db", VALUE);
    bed.extract("db", "db", "target: {creationPolicy: Merge}");
    bed.awaitFailure("db", "does not exist", "CreateOrMerge");
    assertThat(bed.ready("db").reason()).isEqualTo("SecretMissing");
    bed.kubectl(
        "create",
        "secret",
        "generic",
        "db",
        "--from-literal=theirs=t",
        "--from-literal=password=x");
    Secret secret = bed.awaitSecret("db", Map.of("theirs", "t", "password", "one"));
    assertThat(secret.getMetadata().getOwnerReferences()).isEmpty();
    bed.awaitReady("db");
    bed.kubectl("patch", "secret", "db", "-p", "{\"stringData\":{\"theirs\":\"u\"}}");
    bed.change("db", "{\"password\":\"two\"}");
    bed.annotate("db", "keyturn.dev/force-sync=1");
    bed.awaitSecret("db", Map.of("theirs", "u", "password", "two"));
    bed.kubectl("patch", "secret", "db", "-p", "{\"stringData\":{\"password\":\"x\"}}");
    bed.awaitSecret("db", Map.of("theirs", "u", "password", "two"));
    bed.kubectl("delete", "secret", "db");
    bed.awaitFailure("db", "does not exist");
  }

  @Test
  void two_that_merge_do_not_take_each_others_keys(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("a", "{\"a\":\"1\"}");
    bed.secret("b", "{\"b\":\"1\"}");
    bed.extract("a", "a", "target: {name: both, creationPolicy: CreateOrMerge}");
    bed.extract("b", "b", "target: {name: both, creationPolicy: CreateOrMerge}");
    bed.awaitSecret("both", Map.of("a", "1", "b", "1"));
    bed.change("a", "{\"a2\":\"2\"}");
    bed.annotate("a", "keyturn.dev/force-sync=1");
    bed.awaitSecret("both", Map.of("a2", "2", "b", "1"));
    bed.awaitReady("a");
    bed.awaitReady("b");
  }

  @Test
  void none_reads_and_writes_nothing(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("db", VALUE);
    bed.extract("db", "db", "target: {creationPolicy: None}");
    bed.awaitReady("db");
    assertThat(bed.live("db")).isEmpty();
  }

  @Test
  void what_somebody_edits_or_deletes_is_repaired_at_once(
      TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("db", VALUE);
    bed.extract("db", "db", "");
    bed.awaitSecret("db", Map.of("password", "one"));
    bed.awaitReady("db");
    var content = bed.status("db").content();
    bed.kubectl(
        "patch", "secret", "db", "-p", "{\"stringData\":{\"password\":\"x\",\"more\":\"y\"}}");
    bed.awaitSecret("db", Map.of("password", "one"));
    bed.kubectl(
        "patch", "secret", "db", "--type=json", "-p", "[{\"op\":\"remove\",\"path\":\"/data\"}]");
    bed.awaitSecret("db", Map.of("password", "one"));
    bed.kubectl("label", "secret", "db", "keyturn.dev/managed-");
    Eventually.holds(
        () ->
            assertThat(bed.live("db").orElseThrow().getMetadata().getLabels())
                .containsEntry("keyturn.dev/managed", "true"));
    bed.kubectl("delete", "secret", "db");
    bed.awaitSecret("db", Map.of("password", "one"));
    bed.settle();
    assertThat(bed.status("db").content())
        .as("equal bytes again are no change, so nothing restarts")
        .isEqualTo(content);
    assertThat(content.changes()).isEmpty();
  }

  @Test
  void who_takes_it_back_again_and_again_is_named(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("db", VALUE);
    bed.extract("db", "db", "");
    bed.awaitReady("db");
    for (int i = 0; i < 3; i++) {
      bed.kubectl(
          "patch",
          "secret",
          "db",
          "--field-manager=rival",
          "-p",
          "{\"stringData\":{\"password\":\"rival%d\"}}".formatted(i));
      bed.awaitSecret("db", Map.of("password", "one"));
    }
    bed.kubectl(
        "patch",
        "secret",
        "db",
        "--field-manager=rival",
        "-p",
        "{\"stringData\":{\"password\":\"rival\"}}");
    bed.awaitFailure("db", "rival", "force-sync");
    assertThat(bed.status("db").condition("Stalled")).isPresent();
    bed.annotate("db", "keyturn.dev/force-sync=1");
    bed.awaitSecret("db", Map.of("password", "one"));
    bed.awaitReady("db");
    assertThat(bed.status("db").condition("Stalled")).isEmpty();
  }

  @Test
  void a_renamed_target_takes_the_old_secret_with_it(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("db", VALUE);
    bed.extract("db", "db", "target: {name: before}");
    bed.awaitSecret("before", Map.of("password", "one"));
    bed.extract("db", "db", "target: {name: after}");
    bed.awaitSecret("after", Map.of("password", "one"));
    Eventually.holds(() -> assertThat(bed.live("before")).isEmpty());
  }

  @Test
  void other_bytes_under_a_new_name_are_a_change_and_a_new_secret_is_a_creation(
      TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("db", VALUE);
    bed.kubectl("create", "secret", "generic", "taken", "--from-literal=password=by hand");
    bed.extract("db", "db", "target: {name: before}");
    bed.awaitSecret("before", Map.of("password", "one"));
    bed.awaitReady("db");
    Instant created = bed.status("db").content().created();
    bed.extract("db", "db", "target: {name: taken}");
    bed.awaitSecret("taken", Map.of("password", "one"));
    Eventually.holds(
        () -> assertThat(bed.status("db").content().changes()).containsKeys("*", "password"));
    assertThat(bed.status("db").content().created()).isNull();
    bed.extract("db", "db", "target: {name: after}");
    bed.awaitSecret("after", Map.of("password", "one"));
    Eventually.holds(
        () -> {
          assertThat(bed.status("db").content().created()).isAfterOrEqualTo(created);
          assertThat(bed.status("db").content().changes()).isEmpty();
        });
  }

  @Test
  void one_written_once_is_not_lost_when_its_new_name_is_taken(
      TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("db", VALUE);
    bed.kubectl(
        "create", "secret", "generic", "taken", "--type=example.com/x", "--from-literal=a=b");
    bed.extract("db", "db", "refreshPolicy: CreatedOnce\ntarget: {name: before}");
    bed.awaitSecret("before", Map.of("password", "one"));
    bed.extract("db", "db", "refreshPolicy: CreatedOnce\ntarget: {name: taken}");
    bed.awaitFailure("db", "taken", "target.name");
    bed.settle();
    assertThat(bed.live("before")).isPresent();
    bed.extract("db", "db", "refreshPolicy: CreatedOnce\ntarget: {name: after}");
    bed.awaitSecret("after", Map.of("password", "one"));
    Eventually.holds(() -> assertThat(bed.live("before")).isEmpty());
  }

  @Test
  void a_changed_type_makes_the_secret_anew_and_keeps_the_record(
      TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("db", "{\"username\":\"u\",\"password\":\"p\"}");
    bed.extract("db", "db", "");
    Secret before = bed.awaitSecret("db", Map.of("username", "u", "password", "p"));
    bed.awaitReady("db");
    bed.extract("db", "db", "target: {template: {type: kubernetes.io/basic-auth}}");
    Eventually.holds(
        () -> assertThat(bed.live("db").map(Secret::getType)).contains("kubernetes.io/basic-auth"));
    assertThat(bed.live("db").orElseThrow().getMetadata().getUid())
        .isNotEqualTo(before.getMetadata().getUid());
    bed.settle();
    assertThat(bed.status("db").content().changes()).isEmpty();
    bed.awaitReady("db");
  }

  @Test
  void one_that_is_being_deleted_is_waited_for_and_what_holds_it_is_said(
      TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("db", VALUE);
    bed.extract("db", "db", "target: {template: {metadata: {finalizers: [example.com/hold]}}}");
    Secret before = bed.awaitSecret("db", Map.of("password", "one"));
    bed.kubectl("delete", "secret", "db", "--wait=false");
    bed.awaitFailure("db", "is being deleted", "example.com/hold");
    bed.aws.deleteSecret(r -> r.secretId("db").recoveryWindowInDays(7L));
    bed.annotate("db", "keyturn.dev/force-sync=1");
    bed.settle();
    assertThat(bed.ready("db").message())
        .as("whoever reads would hear that the source is gone")
        .contains("is being deleted");
    bed.aws.restoreSecret(r -> r.secretId("db"));
    bed.kubectl("patch", "secret", "db", "-p", "{\"metadata\":{\"finalizers\":null}}");
    Eventually.holds(
        () ->
            assertThat(bed.live("db").orElseThrow().getMetadata().getUid())
                .isNotEqualTo(before.getMetadata().getUid()));
    bed.awaitReady("db");
    bed.kubectl("patch", "secret", "db", "-p", "{\"metadata\":{\"finalizers\":null}}");
  }

  @Test
  void a_type_that_the_api_server_refuses_costs_nobody_the_secret(
      TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("db", VALUE);
    bed.extract("db", "db", "");
    Secret before = bed.awaitSecret("db", Map.of("password", "one"));
    bed.awaitReady("db");
    bed.extract("db", "db", "target: {template: {type: kubernetes.io/tls}}");
    bed.awaitFailure("db", "HTTP 422", "kubernetes.io/tls wants the keys tls.crt and tls.key");
    bed.settle();
    assertThat(bed.live("db").orElseThrow().getMetadata().getUid())
        .isEqualTo(before.getMetadata().getUid());
  }

  @Test
  void a_changed_type_of_a_secret_with_the_longest_name_and_a_full_quota_costs_it_neither(
      TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    String name = "n".repeat(253);
    bed.secret("db", VALUE);
    bed.extract("db", "db", "target: {name: %s}".formatted(name));
    Secret before = bed.awaitSecret(name, Map.of("password", "one"));
    bed.kubectl("create", "quota", "full", "--hard=count/secrets=2");
    Eventually.holds(
        () ->
            assertThat(bed.kubectl("get", "quota", "full", "-o", "jsonpath={.status.used}"))
                .contains("2"));
    bed.extract(
        "db",
        "db",
        "target: {name: %s, template: {type: kubernetes.io/basic-auth}}".formatted(name));
    bed.awaitFailure("db", "exceeded quota", "leave room for one more Secret");
    assertThat(bed.live(name).orElseThrow().getMetadata().getUid())
        .isEqualTo(before.getMetadata().getUid());
    bed.kubectl("delete", "quota", "full");
    bed.annotate("db", "keyturn.dev/force-sync=1");
    Eventually.holds(
        () ->
            assertThat(bed.live(name).orElseThrow().getType())
                .isEqualTo("kubernetes.io/basic-auth"));
  }

  @Test
  void a_changed_type_waits_for_the_finalizer_of_the_old_secret(
      TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("db", VALUE);
    bed.extract("db", "db", "target: {template: {metadata: {finalizers: [example.com/hold]}}}");
    bed.awaitSecret("db", Map.of("password", "one"));
    bed.awaitReady("db");
    bed.extract("db", "db", "target: {template: {type: kubernetes.io/basic-auth}}");
    bed.awaitFailure("db", "is being deleted", "example.com/hold");
    bed.kubectl("patch", "secret", "db", "-p", "{\"metadata\":{\"finalizers\":null}}");
    Eventually.holds(
        () -> assertThat(bed.live("db").map(Secret::getType)).contains("kubernetes.io/basic-auth"));
    bed.awaitReady("db");
  }

  @Test
  void an_immutable_secret_stays_and_the_way_out_is_said(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("db", VALUE);
    bed.extract("db", "db", "target: {immutable: true}");
    assertThat(bed.awaitSecret("db", Map.of("password", "one")).getImmutable()).isTrue();
    bed.change("db", "{\"password\":\"two\"}");
    bed.annotate("db", "keyturn.dev/force-sync=1");
    bed.awaitFailure("db", "immutable", "target.name");
    assertThat(bed.live("db").map(SyncBed::texts)).contains(Map.of("password", "one"));
  }

  @Test
  void a_change_is_recorded_with_the_servers_time_per_key(
      TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("db", "{\"user\":\"u\",\"password\":\"one\"}");
    bed.extract("db", "db", "");
    bed.awaitReady("db");
    assertThat(bed.status("db").content().changes()).isEmpty();
    bed.change("db", "{\"user\":\"u\",\"password\":\"two\",\"new\":\"n\"}");
    bed.annotate("db", "keyturn.dev/force-sync=1");
    Secret secret = bed.awaitSecret("db", Map.of("user", "u", "password", "two", "new", "n"));
    String written =
        secret.getMetadata().getManagedFields().stream()
            .filter(entry -> entry.getManager().startsWith("keyturn/"))
            .map(entry -> entry.getTime())
            .findFirst()
            .orElseThrow();
    Eventually.holds(
        () -> {
          var changes = bed.status("db").content().changes();
          assertThat(changes).containsOnlyKeys("*", "password", "new");
          assertThat(changes.values())
              .allMatch(time -> time.equals(java.time.Instant.parse(written)));
        });
  }

  @Test
  void source_gone_and_retained(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("db", VALUE);
    bed.extract("db", "db", "");
    bed.awaitReady("db");
    bed.aws.deleteSecret(r -> r.secretId("db").recoveryWindowInDays(7L));
    bed.annotate("db", "keyturn.dev/force-sync=1");
    bed.awaitFailure("db", "keeps what it held", "marked for deletion");
    assertThat(bed.live("db").map(SyncBed::texts)).contains(Map.of("password", "one"));
    bed.aws.restoreSecret(r -> r.secretId("db"));
    bed.annotate("db", "keyturn.dev/force-sync=2");
    bed.awaitReady("db");
  }

  @Test
  void source_gone_and_deleted(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("db", VALUE);
    bed.extract("db", "db", "target: {deletionPolicy: Delete}");
    bed.awaitReady("db");
    bed.aws.deleteSecret(r -> r.secretId("db").forceDeleteWithoutRecovery(true));
    bed.annotate("db", "keyturn.dev/force-sync=1");
    Eventually.holds(() -> assertThat(bed.live("db")).isEmpty());
    Eventually.holds(() -> assertThat(bed.ready("db").reason()).isEqualTo("SecretDeleted"));
    bed.secret("db", "{\"password\":\"back\"}");
    bed.annotate("db", "keyturn.dev/force-sync=2");
    bed.awaitSecret("db", Map.of("password", "back"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Retain", "Delete", "Merge"})
  void where_the_source_never_was_no_secret_is_made(
      String policy, TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.externalSecret(
        "db",
        "target: {deletionPolicy: %s}\ndata: [{secretKey: a, remoteRef: {key: misspelt}}]"
            .formatted(policy));
    assertThat(bed.awaitFailure("db", "misspelt")).doesNotContain("keeps what it held");
    assertThat(bed.live("db")).isEmpty();
  }

  @Test
  void source_gone_and_only_its_keys_removed(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("a", "1");
    bed.secret("b", "2");
    bed.externalSecret(
        "db",
        """
        target: {deletionPolicy: Merge}
        data:
          - {secretKey: a, remoteRef: {key: a}}
          - {secretKey: b, remoteRef: {key: b}}
        """);
    bed.awaitSecret("db", Map.of("a", "1", "b", "2"));
    bed.aws.deleteSecret(r -> r.secretId("b").forceDeleteWithoutRecovery(true));
    bed.annotate("db", "keyturn.dev/force-sync=1");
    bed.awaitSecret("db", Map.of("a", "1"));
  }

  @Test
  @Alone
  void a_crash_between_secret_and_status_is_one_change(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("db", VALUE);
    bed.extract("db", "db", "refreshInterval: 5s");
    bed.awaitReady("db");
    bed.change("db", "{\"password\":\"two\"}");
    bed.awaitSecret("db", Map.of("password", "two"));
    bed.crash();
    Eventually.holds(
        () -> assertThat(bed.status("db").content().changes()).containsKeys("*", "password"));
    var content = bed.status("db").content();
    bed.settle();
    assertThat(bed.status("db").content()).isEqualTo(content);
  }
}
