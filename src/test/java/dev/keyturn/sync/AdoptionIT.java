package dev.keyturn.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.RealCluster;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Taking over a Secret that has the shape External Secrets Operator gives it. ESO itself is not
 * there; its kind is, so that the garbage collector of the real cluster judges its owner
 * references.
 */
@RealCluster
class AdoptionIT {
  private static final String CRD = "externalsecrets.external-secrets.io";
  private static final String ADOPT = "keyturn.dev/adopt=true";

  @BeforeAll
  static void install(TestCluster cluster) {
    cluster.kubectlWithInput(
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: externalsecrets.external-secrets.io}
        spec:
          group: external-secrets.io
          names: {kind: ExternalSecret, plural: externalsecrets}
          scope: Namespaced
          versions:
            - name: v1
              served: true
              storage: true
              schema:
                openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}
        """,
        "apply",
        "-f",
        "-");
    cluster.kubectl("wait", "--for=condition=Established", "crd/" + CRD);
  }

  @AfterAll
  static void remove(TestCluster cluster) {
    cluster.kubectl("delete", "crd", CRD, "--wait=false");
  }

  @Test
  void equal_bytes_are_taken_over_as_they_are_and_survive_eso(
      TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("db", "{\"password\":\"one\"}");
    Secret before = esoSecret(bed, "password: one");
    bed.extract("db", "db", "");
    bed.awaitFailure("db", "External Secrets Operator", "keyturn.dev/adopt=true");
    bed.annotate("db", ADOPT);
    bed.awaitReady("db");
    Secret after = bed.awaitSecret("db", Map.of("password", "one"));
    assertThat(after.getMetadata().getUid()).isEqualTo(before.getMetadata().getUid());
    assertThat(after.getData()).isEqualTo(before.getData());
    assertThat(after.getMetadata().getOwnerReferences())
        .filteredOn(owner -> Boolean.TRUE.equals(owner.getController()))
        .extracting(OwnerReference::getApiVersion)
        .containsExactly("keyturn.dev/v1");
    assertThat(bed.status("db").content().changes()).as("no pod is restarted").isEmpty();

    bed.kubectl("delete", CRD, "db", "--wait");
    Eventually.holds(
        () ->
            assertThat(bed.live("db").orElseThrow().getMetadata().getOwnerReferences())
                .as("the garbage collector has judged")
                .hasSize(1));
    assertThat(bed.live("db").orElseThrow().getMetadata().getUid())
        .isEqualTo(before.getMetadata().getUid());
    bed.change("db", "{\"password\":\"two\"}");
    bed.annotate("db", "keyturn.dev/force-sync=1");
    bed.awaitSecret("db", Map.of("password", "two"));
    Eventually.holds(
        () -> assertThat(bed.status("db").content().changes()).containsKeys("*", "password"));
    bed.kubectl("delete", "kes", "db");
    Eventually.holds(() -> assertThat(bed.live("db")).isEmpty());
  }

  @Test
  void other_bytes_are_left_alone_named_by_key_and_taken_over_once_they_are_equal(
      TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("db", "{\"password\":\"planted-new\",\"user\":\"u\"}");
    Secret before = esoSecret(bed, "password: planted-old, legacy: planted-old");
    bed.apply(
        """
        apiVersion: keyturn.dev/v1
        kind: ExternalSecret
        metadata: {name: db, annotations: {keyturn.dev/adopt: "true"}}
        spec: {secretStoreRef: {name: aws}, dataFrom: [{extract: {key: db}}]}
        """);
    String message =
        bed.awaitFailure(
            "db",
            "is not taken over",
            "another value under password",
            "lacks user",
            "has more: legacy");
    assertThat(message).doesNotContain("planted");
    Eventually.holds(() -> assertThat(bed.warnings("db")).hasSize(1));
    assertThat(bed.live("db").orElseThrow().getMetadata().getResourceVersion())
        .isEqualTo(before.getMetadata().getResourceVersion());
    assertThat(bed.live("db").orElseThrow().getMetadata().getOwnerReferences())
        .isEqualTo(before.getMetadata().getOwnerReferences());

    bed.kubectl(
        "patch",
        "secret",
        "db",
        "--type=merge",
        "-p",
        "{\"data\":null,\"stringData\":{\"password\":\"planted-new\",\"user\":\"u\"}}");
    bed.awaitReady("db");
    assertThat(bed.live("db").orElseThrow().getMetadata().getUid())
        .isEqualTo(before.getMetadata().getUid());
    assertThat(bed.status("db").content().changes()).isEmpty();
  }

  /** As ESO 2 leaves it, by its own field manager. */
  private static Secret esoSecret(SyncBed bed, String data) {
    bed.apply(
        """
        apiVersion: external-secrets.io/v1
        kind: ExternalSecret
        metadata: {name: db}
        spec: {}
        """);
    String uid = bed.kubectl("get", CRD, "db", "-o", "jsonpath={.metadata.uid}");
    bed.cluster.kubectlWithInput(
        """
        apiVersion: v1
        kind: Secret
        metadata:
          name: db
          labels:
            reconcile.external-secrets.io/created-by: 0123456789abcdef
            reconcile.external-secrets.io/managed: "true"
          annotations:
            reconcile.external-secrets.io/data-hash: 0123456789abcdef
          ownerReferences:
            - apiVersion: external-secrets.io/v1
              kind: ExternalSecret
              name: db
              uid: UID
              controller: true
              blockOwnerDeletion: true
        type: Opaque
        stringData: {DATA}
        """
            .replace("UID", uid)
            .replace("DATA", data),
        "create",
        "-n",
        bed.namespace,
        "--field-manager=externalsecrets.external-secrets.io/db",
        "-f",
        "-");
    return bed.live("db").orElseThrow();
  }
}
