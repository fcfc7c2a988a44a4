package dev.keyturn.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.testbed.AwsAccount;
import dev.keyturn.testbed.Emulators;
import dev.keyturn.testbed.RealCluster;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.iam.IamClient;

/**
 * Who may read what through which store. Relies on MiniStack with AUTH for trust policies, external
 * ids and permissions; the tokens are the API server's own. They hold a list of audiences, which
 * MiniStack compares only by {@code ForAnyValue}; AWS takes a list of one for the text in it.
 */
@RealCluster
class StoresIT {
  private static final URI AUTH = Emulators.shared().ministackAuth();

  private SyncBed bed;
  private IamClient iam;

  @BeforeEach
  void accountWithSecrets(TestCluster cluster, Namespace namespace) {
    bed =
        SyncBed.on(
            cluster,
            namespace,
            Map.of("AWS_ENDPOINT_URL", AUTH.toString()),
            Emulators.shared().newMinistackAuthAccount());
    iam = bed.account.iam();
    bed.secret("app/db", "{\"password\":\"shop\"}");
    bed.secret("other/db", "{\"password\":\"hidden\"}");
  }

  @Test
  void a_service_account_reads_what_its_role_may_and_no_more() {
    role("reader", trusts(bed.namespace, "app"), "app/*");
    serviceAccount("app", "reader");
    serviceAccount("stranger", "reader");
    store("irsa", irsa("app"));
    store("not-trusted", irsa("stranger"));
    bed.extract("may", "app/db", from("irsa"));
    bed.extract("may-not", "other/db", from("irsa"));
    bed.extract("stranger", "app/db", from("not-trusted"));
    bed.awaitSecret("may", Map.of("password", "shop"));
    bed.awaitFailure(
        "may-not", "other/db", "AccessDenied", "secretsmanager:GetSecretValue", "reader");
    bed.awaitFailure("stranger", arn("reader"), "AccessDenied");
    assertThat(bed.live("may-not")).isEmpty();
    assertThat(bed.live("stranger")).isEmpty();
  }

  @Test
  void a_changed_annotation_takes_effect_at_once() {
    role("nothing", trusts(bed.namespace, "app"), "nothing/*");
    role("reader", trusts(bed.namespace, "app"), "app/*");
    serviceAccount("app", "nothing");
    store("irsa", irsa("app"));
    bed.extract("db", "app/db", from("irsa") + "refreshInterval: 1h\n");
    bed.awaitFailure("db", "AccessDenied", "nothing");
    serviceAccount("app", "reader");
    bed.awaitSecret("db", Map.of("password", "shop"));
  }

  @Test
  void a_role_on_top_is_assumed_with_its_external_id() {
    role("reader", trusts(bed.namespace, "app"), "none/*");
    role(
        "tenant",
        """
        {"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"%s"},
        "Condition":{"StringEquals":{"sts:ExternalId":"shop-1"}}}"""
            .formatted(arn("reader")),
        "app/*");
    serviceAccount("app", "reader");
    String onTop = "\nrole: %s\nexternalID: ".formatted(arn("tenant"));
    store("chain", irsa("app") + onTop + "shop-1");
    store("guess", irsa("app") + onTop + "shop-2");
    bed.extract("db", "app/db", from("chain"));
    bed.extract("guess", "app/db", from("guess"));
    bed.awaitSecret("db", Map.of("password", "shop"));
    bed.awaitFailure("guess", arn("tenant"), "AccessDenied", "external id");
  }

  @Test
  void changed_keys_of_a_store_take_effect_at_once() {
    bed.apply("apiVersion: v1\nkind: Secret\nmetadata: {name: aws-keys}\nstringData: {id: AKIA}");
    bed.extract("db", "app/db", "refreshInterval: 1h");
    bed.awaitFailure("db", "app/db");
    bed.store();
    bed.awaitSecret("db", Map.of("password", "shop"));
  }

  @Test
  void the_operators_own_identity_is_for_cluster_stores() {
    AwsAccount own =
        new AwsAccount(AUTH, bed.operator.account().id(), bed.operator.account().credentials());
    String key = bed.namespace + "/own";
    var _ =
        own.secretsManager()
            .createSecret(request -> request.name(key).secretString("{\"password\":\"own\"}"));
    clusterStore("", "");
    store("bare", "");
    bed.extract("db", key, fromClusterStore());
    bed.extract("refused", key, from("bare"));
    bed.awaitSecret("db", Map.of("password", "own"));
    bed.awaitFailure(
        "refused", "SecretStore %s/bare".formatted(bed.namespace), "auth.jwt.serviceAccountRef");
  }

  @Test
  void conditions_of_a_cluster_store_admit_and_a_label_opens_it_at_once() {
    role("reader", trusts(bed.namespace, "app"), "app/*");
    serviceAccount("app", "reader");
    clusterStore(
        irsa("app"),
        "conditions: [{namespaceSelector: {matchLabels: {secrets: \"%s\"}}}]"
            .formatted(bed.namespace));
    bed.extract("db", "app/db", fromClusterStore());
    bed.awaitFailure(
        "db", "may not be used from namespace " + bed.namespace, "none of its conditions");
    var _ = bed.cluster.kubectl("label", "namespace", bed.namespace, "secrets=" + bed.namespace);
    bed.awaitSecret("db", Map.of("password", "shop"));
  }

  @Test
  void a_cluster_store_reads_as_the_service_account_of_who_asks() {
    role("reader", trusts(bed.namespace, "app"), "app/*");
    String neighbour = bed.namespace + "-2";
    bed.cluster
        .client()
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(neighbour).endMetadata().build())
        .create();
    try {
      SyncBed next = bed.in(neighbour);
      serviceAccount(bed, "app", "reader");
      serviceAccount(next, "app", "reader");
      clusterStore(irsa("app"), "");
      bed.extract("db", "app/db", fromClusterStore());
      next.extract("db", "app/db", fromClusterStore());
      bed.awaitSecret("db", Map.of("password", "shop"));
      next.awaitFailure("db", arn("reader"), "AccessDenied");
    } finally {
      var _ = bed.cluster.kubectl("delete", "namespace", neighbour, "--wait=false");
    }
  }

  @Test
  void a_store_does_not_reach_into_another_namespace() {
    store("greedy", "auth: {jwt: {serviceAccountRef: {name: app, namespace: kube-system}}}");
    bed.extract("db", "app/db", from("greedy"));
    bed.awaitFailure("db", "another namespace", "auth.jwt.serviceAccountRef");
  }

  @Test
  void a_store_of_another_class_and_what_uses_it_are_left_alone() {
    bed.apply(
        """
        apiVersion: keyturn.dev/v1
        kind: SecretStore
        metadata: {name: theirs}
        spec:
          controller: somebody-else
          provider: {aws: {service: SecretsManager, region: eu-central-1}}
        """);
    bed.extract("left-alone", "app/db", from("theirs"));
    bed.extract("witness", "app/db", "");
    bed.awaitReady("witness");
    assertThat(bed.status("left-alone").conditions()).isEmpty();
    assertThat(bed.kubectl("get", "kss", "theirs", "-o", "jsonpath={.status}")).isEmpty();
    assertThat(bed.live("left-alone")).isEmpty();
  }

  private void serviceAccount(String name, String role) {
    serviceAccount(bed, name, role);
  }

  private void serviceAccount(SyncBed where, String name, String role) {
    where.apply(
        """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: %s, annotations: {eks.amazonaws.com/role-arn: "%s"}}
        """
            .formatted(name, arn(role)));
  }

  private static String irsa(String account) {
    return "auth: {jwt: {serviceAccountRef: {name: %s}}}".formatted(account);
  }

  private static String from(String store) {
    return "secretStoreRef: {name: %s}\n".formatted(store);
  }

  private String fromClusterStore() {
    return "secretStoreRef: {kind: ClusterSecretStore, name: %s}\n".formatted(bed.namespace);
  }

  private void store(String name, String more) {
    bed.apply(manifest("SecretStore", name, more));
  }

  /** Named as the namespace, of which there is one for each test. */
  private void clusterStore(String more, String spec) {
    bed.apply(manifest("ClusterSecretStore", bed.namespace, more) + spec.indent(2));
  }

  private static String manifest(String kind, String name, String more) {
    return """
        apiVersion: keyturn.dev/v1
        kind: %s
        metadata: {name: %s}
        spec:
          provider:
            aws:
              service: SecretsManager
              region: eu-central-1
        """
            .formatted(kind, name)
        + more.indent(6);
  }

  private String arn(String role) {
    return "arn:aws:iam::%s:role/%s".formatted(bed.account.id(), role);
  }

  private String trusts(String namespace, String serviceAccount) {
    String issuer = issuer();
    return """
        {"Effect":"Allow","Action":"sts:AssumeRoleWithWebIdentity",
        "Principal":{"Federated":"arn:aws:iam::%s:oidc-provider/%s"},
        "Condition":{"StringEquals":{"%s:sub":"system:serviceaccount:%s:%s"},
        "ForAnyValue:StringEquals":{"%s:aud":"sts.amazonaws.com"}}}"""
        .formatted(bed.account.id(), issuer, issuer, namespace, serviceAccount, issuer);
  }

  private String issuer() {
    var configuration = bed.cluster.kubectl("get", "--raw", "/.well-known/openid-configuration");
    return configuration.replaceAll("(?s).*\"issuer\":\"https?://([^\"]+)\".*", "$1");
  }

  /** May assume any role and read the secrets whose names begin so. */
  private void role(String name, String trust, String secrets) {
    iam.createRole(
        r ->
            r.roleName(name)
                .assumeRolePolicyDocument(
                    "{\"Version\":\"2012-10-17\",\"Statement\":[%s]}".formatted(trust)));
    iam.putRolePolicy(
        r ->
            r.roleName(name)
                .policyName("may")
                .policyDocument(
                    """
                    {"Version":"2012-10-17","Statement":[
                    {"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"},
                    {"Effect":"Allow","Action":"secretsmanager:GetSecretValue",
                    "Resource":"arn:aws:secretsmanager:*:*:secret:%s"}]}"""
                        .formatted(secrets)));
  }
}
