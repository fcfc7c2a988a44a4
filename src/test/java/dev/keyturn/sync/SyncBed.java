package dev.keyturn.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.Condition;
import dev.keyturn.api.ConditionTypes;
import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretStatus;
import dev.keyturn.testbed.AuditLog;
import dev.keyturn.testbed.AwsAccount;
import dev.keyturn.testbed.Emulators;
import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.RunningOperator;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * A namespace, an AWS account in MiniStack that nobody else has, and the SecretStore {@code aws}
 * that reads it with static keys, all served by the packaged operator.
 */
final class SyncBed {
  final TestCluster cluster;
  final String namespace;
  RunningOperator operator;
  final AwsAccount account;
  final SecretsManagerClient aws;

  private SyncBed(
      TestCluster cluster, String namespace, RunningOperator operator, AwsAccount account) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.operator = operator;
    this.account = account;
    this.aws = account.secretsManager();
  }

  static SyncBed on(TestCluster cluster, Namespace namespace) {
    return on(cluster, namespace, Map.of());
  }

  /** Served by an operator with these settings. */
  static SyncBed on(TestCluster cluster, Namespace namespace, Map<String, String> settings) {
    return on(cluster, namespace, settings, Emulators.shared().newMinistackAccount());
  }

  /** The account is one of the emulator that the settings point the operator at. */
  static SyncBed on(
      TestCluster cluster, Namespace namespace, Map<String, String> settings, AwsAccount account) {
    SyncBed bed =
        new SyncBed(
            cluster, namespace.getMetadata().getName(), RunningOperator.with(settings), account);
    bed.store();
    return bed;
  }

  /** The same, looking at another namespace, which has no store yet. */
  SyncBed in(String other) {
    return new SyncBed(cluster, other, operator, account);
  }

  void store() {
    apply(
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: aws-keys}
        stringData: {id: "%s", secret: "%s"}
        ---
        apiVersion: keyturn.dev/v1
        kind: SecretStore
        metadata: {name: aws}
        spec:
          provider:
            aws:
              service: SecretsManager
              region: eu-central-1
              auth:
                secretRef:
                  accessKeyIDSecretRef: {name: aws-keys, key: id}
                  secretAccessKeySecretRef: {name: aws-keys, key: secret}
        """
            .formatted(
                account.credentials().accessKeyId(), account.credentials().secretAccessKey()));
  }

  /** Ends the operator as {@code kill -9} does and starts another one. */
  void crash() {
    operator.kill();
    operator = RunningOperator.shared();
  }

  /** A secret in AWS; gives its ARN. */
  String secret(String name, String value) {
    return aws.createSecret(request -> request.name(name).secretString(value)).arn();
  }

  /** A new version; gives its id. */
  String change(String name, String value) {
    return aws.putSecretValue(request -> request.secretId(name).secretString(value)).versionId();
  }

  void apply(String manifests) {
    var _ = cluster.kubectlWithInput(manifests, "apply", "-n", namespace, "-f", "-");
  }

  /** An ExternalSecret with these lines as its spec, from store {@code aws} unless they say so. */
  void externalSecret(String name, String spec) {
    String store = spec.contains("secretStoreRef:") ? "" : "secretStoreRef: {name: aws}\n";
    apply(
        "apiVersion: keyturn.dev/v1\nkind: ExternalSecret\nmetadata: {name: %s}\nspec:\n%s"
            .formatted(name, (store + spec).indent(2)));
  }

  /** One that keeps all keys of an AWS secret. */
  void extract(String name, String key, String more) {
    externalSecret(name, "dataFrom: [{extract: {key: %s}}]\n%s".formatted(key, more));
  }

  void annotate(String name, String annotation) {
    var _ = cluster.kubectl("annotate", "kes", name, "-n", namespace, "--overwrite", annotation);
  }

  String kubectl(String... arguments) {
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "-n";
    all[arguments.length + 1] = namespace;
    return cluster.kubectl(all);
  }

  Optional<Secret> live(String name) {
    return Optional.ofNullable(
        cluster.client().secrets().inNamespace(namespace).withName(name).get());
  }

  static Map<String, String> texts(Secret secret) {
    Map<String, String> texts = new TreeMap<>();
    if (secret.getData() != null) {
      secret
          .getData()
          .forEach(
              (key, value) ->
                  texts.put(
                      key, new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8)));
    }
    return texts;
  }

  private ExternalSecret resource(String name) {
    return cluster
        .client()
        .resources(ExternalSecret.class)
        .inNamespace(namespace)
        .withName(name)
        .require();
  }

  ExternalSecretStatus status(String name) {
    return resource(name).statusOrEmpty();
  }

  Condition ready(String name) {
    return status(name)
        .condition(ConditionTypes.READY)
        .orElseThrow(() -> new AssertionError(name + " has no Ready condition yet"));
  }

  /** Waits until Secret and status agree that it holds just this. */
  Secret awaitSecret(String name, Map<String, String> data) {
    AtomicReference<Secret> seen = new AtomicReference<>();
    Eventually.holds(
        () -> {
          Secret secret = live(name).orElseThrow();
          assertThat(texts(secret)).isEqualTo(data);
          seen.set(secret);
        });
    return seen.get();
  }

  Condition awaitReady(String name) {
    AtomicReference<Condition> seen = new AtomicReference<>();
    Eventually.holds(
        () -> {
          Condition ready = ready(name);
          assertThat(ready.isTrue()).as(ready.message()).isTrue();
          // Of an edit before this, the Secret is written first and the status after it.
          assertThat(ready.observedGeneration())
              .isEqualTo(resource(name).getMetadata().getGeneration());
          seen.set(ready);
        });
    return seen.get();
  }

  /** Waits for the failure and gives its message. */
  String awaitFailure(String name, String... parts) {
    AtomicReference<String> seen = new AtomicReference<>();
    Eventually.holds(
        () -> {
          Condition ready = ready(name);
          assertThat(ready.isTrue()).isFalse();
          assertThat(ready.message()).contains(parts);
          seen.set(ready.message());
        });
    return seen.get();
  }

  /** Warnings about an ExternalSecret. */
  List<Event> warnings(String name) {
    return cluster.client().v1().events().inNamespace(namespace).list().getItems().stream()
        .filter(event -> event.getType().equals("Warning"))
        .filter(event -> event.getInvolvedObject().getKind().equals("ExternalSecret"))
        .filter(event -> event.getInvolvedObject().getName().equals(name))
        .toList();
  }

  AuditLog audit() {
    return AuditLog.fromNow(cluster, operator.user());
  }

  /** Until anything that was going to happen has happened. */
  void settle() {
    Witness.of(cluster).servedTwice();
  }

  /** Until what is polled as often as may be has been polled, so many times. */
  void polls(int times) {
    Witness.of(cluster).polled(times);
  }
}
