package dev.keyturn.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.testbed.Alone;
import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.RealCluster;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose Secret it is, on the real API server. */
@RealCluster
class ClaimsIT {
  private static final String VALUE = "{\"password\":\"one\"}";

  @Test
  void two_claimants_are_both_told_and_the_second_follows_the_first(
      TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("a", VALUE);
    bed.secret("b", "{\"password\":\"two\"}");
    bed.extract("first", "a", "target: {name: shared}");
    bed.awaitReady("first");
    bed.extract("second", "b", "target: {name: shared}");
    bed.awaitFailure("second", "Secret " + bed.namespace + "/shared", "first", "target.name");
    Eventually.holds(
        () ->
            assertThat(bed.warnings("first"))
                .singleElement()
                .satisfies(
                    event -> assertThat(event.getMessage()).contains("second", "also claims")));
    assertThat(bed.live("shared").map(SyncBed::texts)).contains(Map.of("password", "one"));
    assertThat(bed.ready("first").isTrue()).isTrue();
    bed.kubectl("delete", "kes", "first");
    bed.awaitSecret("shared", Map.of("password", "two"));
    bed.awaitReady("second");
  }

  @Test
  void of_two_that_merge_one_key_the_second_and_the_first_are_told_and_nothing_swaps(
      TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("a", "A");
    bed.secret("b", "B");
    bed.kubectl("create", "secret", "generic", "app", "--from-literal=theirs=x");
    String merge = "refreshInterval: 5s\ntarget: {name: app, creationPolicy: Merge}\n";
    bed.externalSecret("first", merge + "data: [{secretKey: shared, remoteRef: {key: a}}]");
    bed.awaitReady("first");
    bed.externalSecret(
        "second",
        merge
            + "data: [{secretKey: shared, remoteRef: {key: b}}, {secretKey: own, remoteRef: {key:"
            + " b}}]");
    String told =
        bed.awaitFailure(
            "second",
            "Secret %s/app holds shared for ExternalSecret %s/first"
                .formatted(bed.namespace, bed.namespace),
            "target.name");
    Eventually.holds(
        () ->
            assertThat(bed.warnings("first"))
                .singleElement()
                .satisfies(
                    event ->
                        assertThat(event.getMessage())
                            .contains(
                                "ExternalSecret %s/second also claims".formatted(bed.namespace),
                                "holds shared")));
    bed.change("a", "A2");
    bed.change("b", "B2");
    bed.awaitSecret("app", Map.of("theirs", "x", "shared", "A2"));
    bed.polls(2);
    assertThat(bed.live("app").map(SyncBed::texts))
        .as("after a rotation of both")
        .contains(Map.of("theirs", "x", "shared", "A2"));
    assertThat(bed.ready("first").isTrue()).isTrue();
    assertThat(bed.ready("second").message()).isEqualTo(told);
    assertThat(bed.warnings("first")).hasSize(1);
    assertThat(bed.warnings("second")).hasSize(1);
    bed.kubectl("delete", "kes", "first");
    bed.awaitSecret("app", Map.of("theirs", "x", "shared", "B2", "own", "B2"));
    bed.awaitReady("second");
  }

  @Alone
  @Test
  void who_has_a_key_has_it_after_a_restart_too(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("a", "A");
    bed.secret("b", "B");
    String merge = "target: {name: app, creationPolicy: CreateOrMerge}\n";
    bed.externalSecret("z", merge + "data: [{secretKey: shared, remoteRef: {key: a}}]");
    bed.awaitReady("z");
    bed.externalSecret("b", merge + "data: [{secretKey: shared, remoteRef: {key: b}}]");
    bed.externalSecret(
        "whole", "target: {name: app}\ndata: [{secretKey: shared, remoteRef: {key: b}}]");
    String holder = "ExternalSecret %s/z".formatted(bed.namespace);
    bed.awaitFailure("b", holder);
    bed.awaitFailure("whole", holder);
    String version = version(bed, "app");
    bed.change("b", "B2");
    bed.crash();
    bed.settle();
    assertThat(version(bed, "app")).isEqualTo(version);
    assertThat(bed.ready("z").isTrue()).isTrue();
    bed.awaitFailure("b", holder);
    bed.awaitFailure("whole", holder);
    assertThat(bed.warnings("b")).hasSize(1);
    assertThat(bed.warnings("z")).as("one for each claimant").hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({
    "Opaque, password",
    "kubernetes.io/basic-auth, password",
    "kubernetes.io/tls, tls.crt tls.key",
    "kubernetes.io/ssh-auth, ssh-privatekey",
    "kubernetes.io/dockerconfigjson, .dockerconfigjson"
  })
  void a_secret_that_is_nobodys_is_adopted_if_its_type_fits(
      String type, String keys, TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("value", "{\"auths\":{}}");
    StringBuilder theirs = new StringBuilder("foreign: x");
    StringBuilder ours = new StringBuilder();
    Map<String, String> wanted = new java.util.TreeMap<>();
    for (String key : keys.split(" ", -1)) {
      theirs.append(", ").append(key).append(": '{}'");
      ours.append("  - {secretKey: %s, remoteRef: {key: value}}\n".formatted(key));
      wanted.put(key, "{\"auths\":{}}");
    }
    bed.apply(
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: db, labels: {theirs: stays}}
        type: %s
        stringData: {%s}
        """
            .formatted(type, theirs));
    String uid = bed.live("db").orElseThrow().getMetadata().getUid();
    bed.externalSecret("db", "target: {template: {type: %s}}\ndata:\n%s".formatted(type, ours));
    bed.awaitFailure("db", "holds foreign, which would be removed", "keyturn.dev/adopt=overwrite");
    bed.annotate("db", "keyturn.dev/adopt=overwrite");
    Secret adopted = bed.awaitSecret("db", wanted);
    assertThat(adopted.getMetadata().getUid()).isEqualTo(uid);
    assertThat(adopted.getMetadata().getLabels())
        .contains(Map.entry("theirs", "stays"), Map.entry("keyturn.dev/managed", "true"));
    bed.awaitReady("db");
    assertThat(bed.status("db").content().changes())
        .as("who reads it hears of other bytes")
        .containsKeys("*", "foreign");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Owner", "Orphan", "Merge"})
  void an_immutable_secret_of_nobody_is_left_alone_and_the_way_out_is_said(
      String policy, TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("db", VALUE);
    bed.apply(
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: db}
        immutable: true
        stringData: {password: theirs}
        """);
    bed.extract("db", "db", "target: {creationPolicy: %s}".formatted(policy));
    bed.awaitFailure("db", "immutable", "target.name");
    assertThat(bed.live("db").map(SyncBed::texts)).contains(Map.of("password", "theirs"));
  }

  @Test
  void a_secret_of_another_type_is_left_alone_until_it_is_gone(
      TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("db", VALUE);
    bed.kubectl("create", "secret", "generic", "db", "--type=example.dev/x");
    bed.extract("db", "db", "");
    bed.awaitFailure("db", "example.dev/x", "delete it or use another target.name");
    bed.kubectl("delete", "secret", "db");
    bed.awaitSecret("db", Map.of("password", "one"));
    bed.awaitReady("db");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Owner", "Orphan", "Merge", "CreateOrMerge"})
  void what_is_never_touched_is_not_touched(
      String policy, TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("db", VALUE);
    bed.kubectl("create", "configmap", "boss");
    String boss = bed.kubectl("get", "configmap", "boss", "-o", "jsonpath={.metadata.uid}");
    bed.apply(
        """
        apiVersion: v1
        kind: Secret
        type: helm.sh/release.v1
        metadata: {name: release}
        stringData: {release: theirs}
        ---
        apiVersion: v1
        kind: Secret
        type: kubernetes.io/service-account-token
        metadata: {name: token, annotations: {kubernetes.io/service-account.name: default}}
        ---
        apiVersion: v1
        kind: Secret
        type: bootstrap.kubernetes.io/token
        metadata: {name: bootstrap}
        stringData: {token-id: theirs}
        ---
        apiVersion: v1
        kind: Secret
        metadata:
          name: owned
          ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: boss, uid: BOSS, controller: true}]
        stringData: {a: theirs}
        """
            .replace("BOSS", boss));
    Eventually.holds(
        () ->
            assertThat(bed.live("token").map(SyncBed::texts).orElseThrow())
                .as("filled by the token controller")
                .containsKey("token"));
    String[] names = {"release", "token", "bootstrap", "owned"};
    Map<String, String> versions = new java.util.TreeMap<>();
    for (String name : names) {
      versions.put(name, version(bed, name));
      bed.extract(name, "db", "target: {creationPolicy: %s}".formatted(policy));
    }
    for (String name : names) {
      bed.awaitFailure(name, "Secret %s/%s".formatted(bed.namespace, name), "target.name");
      assertThat(version(bed, name)).as(name).isEqualTo(versions.get(name));
    }
  }

  @Test
  void the_operators_own_namespace_is_not_written(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    SyncBed own = bed.in(bed.operator.namespace());
    own.extract("db", "db", "secretStoreRef: {name: aws}");
    try {
      own.secret("db", VALUE);
      own.store();
      own.awaitFailure("db", "operator's own namespace " + own.namespace);
      assertThat(own.live("db")).isEmpty();
    } finally {
      own.kubectl("delete", "kes,kss,secrets", "db", "aws", "aws-keys", "--ignore-not-found");
    }
  }

  @Test
  void one_that_owned_its_secret_and_now_merges_gives_it_up(
      TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("db", VALUE);
    bed.extract("db", "db", "");
    Secret owned = bed.awaitSecret("db", Map.of("password", "one"));
    // As a restored backup may: then leaving it out of an apply does not take it away.
    owned.getMetadata().setManagedFields(null);
    cluster.client().resource(owned).fieldManager("backup").forceConflicts().serverSideApply();
    bed.awaitReady("db");
    bed.extract("db", "db", "target: {creationPolicy: Orphan}");
    Eventually.holds(
        () ->
            assertThat(bed.live("db").orElseThrow().getMetadata().getOwnerReferences()).isEmpty());
    bed.kubectl("delete", "kes", "db");
    bed.settle();
    assertThat(bed.live("db")).isPresent();
  }

  private static String version(SyncBed bed, String secret) {
    return bed.live(secret).orElseThrow().getMetadata().getResourceVersion();
  }
}
