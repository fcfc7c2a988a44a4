package dev.keyturn.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.testbed.Alone;
import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.RealCluster;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.Namespace;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What makes it look again; relies on MiniStack for versions. */
@RealCluster
class FollowingIT {
  private static final int MANY = 20;

  @Test
  void polling_finds_a_change(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("db", "{\"password\":\"one\"}");
    bed.extract("db", "db", "refreshInterval: 5s");
    bed.awaitSecret("db", Map.of("password", "one"));
    bed.change("db", "{\"password\":\"two\"}");
    bed.awaitSecret("db", Map.of("password", "two"));
    bed.change("db", "{\"password\":\"three\"}");
    bed.awaitSecret("db", Map.of("password", "three"));
  }

  @Test
  @Alone
  void polling_goes_on_when_another_operator_takes_over(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("db", "{\"password\":\"one\"}");
    bed.extract("db", "db", "refreshInterval: 1h");
    bed.awaitReady("db");
    bed.operator.kill();
    bed.change("db", "{\"password\":\"two\"}");
    bed.crash();
    bed.awaitSecret("db", Map.of("password", "two"));
  }

  /** More than are reconciled at a time, so that the last meet what the first have read. */
  @Test
  @Alone
  void all_that_share_a_secret_follow_it_when_another_operator_takes_over(
      TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("db", "{\"password\":\"one\"}");
    List<String> names = IntStream.range(0, 120).mapToObj(i -> "db-" + i).toList();
    bed.apply(
        names.stream()
            .map(
                name ->
                    """
                    ---
                    apiVersion: keyturn.dev/v1
                    kind: ExternalSecret
                    metadata: {name: %s}
                    spec:
                      refreshInterval: 5s
                      secretStoreRef: {name: aws}
                      dataFrom: [{extract: {key: db}}]
                    """
                        .formatted(name))
            .collect(Collectors.joining()));
    names.forEach(bed::awaitReady);
    bed.crash();
    bed.polls(1);
    bed.change("db", "{\"password\":\"two\"}");
    names.forEach(name -> bed.awaitSecret(name, Map.of("password", "two")));
  }

  @Test
  void without_interval_a_mark_of_a_person_syncs_at_once(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("db", "{\"password\":\"one\"}");
    bed.extract("db", "db", "refreshInterval: 0s");
    bed.awaitReady("db");
    bed.change("db", "{\"password\":\"two\"}");
    bed.polls(2);
    assertThat(bed.live("db").map(SyncBed::texts)).contains(Map.of("password", "one"));
    bed.annotate("db", "keyturn.dev/force-sync=1");
    bed.awaitSecret("db", Map.of("password", "two"));
    bed.change("db", "{\"password\":\"three\"}");
    bed.annotate("db", "keyturn.dev/force-sync=2");
    bed.awaitSecret("db", Map.of("password", "three"));
  }

  @Test
  void an_edit_of_the_spec_syncs_at_once(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("a", "{\"a\":\"1\"}");
    bed.secret("b", "{\"b\":\"2\"}");
    bed.extract("db", "a", "");
    bed.awaitSecret("db", Map.of("a", "1"));
    bed.extract("db", "b", "");
    bed.awaitSecret("db", Map.of("b", "2"));
    bed.awaitReady("db");
    assertThat(bed.status("db").sources())
        .extracting(source -> source.key())
        .isEqualTo(List.of("b"));
  }

  @Test
  void a_store_that_comes_later_or_is_mended_wakes_who_waits_for_it(
      TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("db", "{\"password\":\"one\"}");
    bed.extract("db", "db", "secretStoreRef: {name: later}");
    bed.awaitFailure("db", "later does not exist");
    bed.apply(store("aws-keys-2"));
    bed.awaitFailure("db", "aws-keys-2", "does not exist");
    bed.apply(keys("aws-keys-2", bed));
    bed.awaitSecret("db", Map.of("password", "one"));
    bed.awaitReady("db");
    assertThat(bed.kubectl("get", "kss", "later", "-o", "jsonpath={.status.conditions[0].reason}"))
        .isIn("Valid", "ValidationFailed");
    Eventually.holds(
        () ->
            assertThat(
                    bed.kubectl(
                        "get", "kss", "later", "-o", "jsonpath={.status.conditions[0].reason}"))
                .isEqualTo("Valid"));
  }

  /** Many, so that what others of the cluster leave meanwhile does not count. */
  @Test
  @Alone
  void nothing_is_polled_for_who_is_refused_or_not_periodic_any_more(
      TestCluster cluster, Namespace namespace) throws Exception {
    SyncBed bed = SyncBed.on(cluster, namespace);
    List<String> keys = IntStream.range(0, MANY).mapToObj(i -> "many-" + i).toList();
    keys.forEach(key -> bed.secret(key, "one"));
    String data =
        keys.stream()
            .map(key -> "- {secretKey: %s, remoteRef: {key: %s}}\n".formatted(key, key))
            .collect(Collectors.joining("", "data:\n", ""));
    String periodic = data + "refreshInterval: 1h\n";
    for (String edit :
        List.of(
            data + "refreshPolicy: CreatedOnce\n",
            data + "secretStoreRef: {name: nowhere}\n",
            periodic + "target: {manifest: {apiVersion: v1, kind: ConfigMap}}\n")) {
      double before = references(bed);
      bed.externalSecret("many", periodic);
      Eventually.holds(
          () -> assertThat(references(bed)).as(edit).isGreaterThan(before + MANY / 2.0));
      double followed = references(bed);
      bed.externalSecret("many", edit);
      Eventually.holds(
          () -> assertThat(references(bed)).as(edit).isLessThan(followed - MANY / 2.0));
    }
  }

  private static double references(SyncBed bed) throws Exception {
    String metrics =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(bed.operator.http().resolve("/q/metrics")).build(),
                HttpResponse.BodyHandlers.ofString())
            .body();
    return metrics
        .lines()
        .filter(line -> line.startsWith("keyturn_watch_references "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
        .sum();
  }

  @Test
  void on_change_looks_when_the_resource_changes_and_not_otherwise(
      TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("db", "{\"password\":\"one\"}");
    bed.extract("db", "db", "refreshPolicy: OnChange\nrefreshInterval: 5s");
    bed.awaitReady("db");
    bed.change("db", "{\"password\":\"two\"}");
    bed.polls(2);
    assertThat(bed.live("db").map(SyncBed::texts)).contains(Map.of("password", "one"));
    bed.annotate("db", "note=changed");
    bed.awaitSecret("db", Map.of("password", "two"));
    bed.kubectl("patch", "secret", "db", "-p", "{\"stringData\":{\"password\":\"x\"}}");
    bed.awaitSecret("db", Map.of("password", "two"));
  }

  @Test
  void created_once_is_never_changed_but_made_again_if_deleted(
      TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("db", "{\"password\":\"one\"}");
    bed.extract("db", "db", "refreshPolicy: CreatedOnce\nrefreshInterval: 5s");
    bed.awaitReady("db");
    bed.change("db", "{\"password\":\"two\"}");
    bed.kubectl("patch", "secret", "db", "-p", "{\"stringData\":{\"more\":\"theirs\"}}");
    bed.annotate("db", "note=changed");
    bed.polls(2);
    assertThat(bed.live("db").map(SyncBed::texts))
        .contains(Map.of("password", "one", "more", "theirs"));
    bed.kubectl("delete", "secret", "db");
    bed.awaitSecret("db", Map.of("password", "two"));
  }

  /** Nothing wakes it but its own retry: it follows nothing. */
  @Test
  void created_once_is_made_when_the_source_has_what_it_lacked(
      TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("db", "{}");
    bed.externalSecret(
        "db",
        """
        refreshPolicy: CreatedOnce
        data: [{secretKey: password, remoteRef: {key: db, property: password}}]
        """);
    bed.awaitFailure("db", "password");
    bed.change("db", "{\"password\":\"one\"}");
    bed.awaitSecret("db", Map.of("password", "one"));
  }

  @Test
  @Alone
  void a_mark_that_was_obeyed_is_not_obeyed_again_by_the_next_process(
      TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("db", "{\"password\":\"one\"}");
    bed.extract("db", "db", "refreshPolicy: CreatedOnce");
    bed.awaitReady("db");
    bed.change("db", "{\"password\":\"two\"}");
    bed.annotate("db", "keyturn.dev/force-sync=1");
    bed.awaitSecret("db", Map.of("password", "two"));
    Eventually.holds(() -> assertThat(bed.status("db").forceSync()).isEqualTo("1"));
    bed.change("db", "{\"password\":\"three\"}");
    bed.crash();
    bed.secret("other", "{\"a\":\"1\"}");
    bed.extract("other", "other", "");
    bed.awaitReady("other");
    bed.settle();
    assertThat(bed.live("db").map(SyncBed::texts)).contains(Map.of("password", "two"));
  }

  private static String keys(String name, SyncBed bed) {
    return """
    apiVersion: v1
    kind: Secret
    metadata: {name: %s}
    stringData: {id: "%s", secret: "%s"}
    """
        .formatted(
            name,
            bed.account.credentials().accessKeyId(),
            bed.account.credentials().secretAccessKey());
  }

  private static String store(String keys) {
    return """
    apiVersion: keyturn.dev/v1
    kind: SecretStore
    metadata: {name: later}
    spec:
      provider:
        aws:
          service: SecretsManager
          region: eu-central-1
          auth:
            secretRef:
              accessKeyIDSecretRef: {name: KEYS, key: id}
              secretAccessKeySecretRef: {name: KEYS, key: secret}
    """
        .replace("KEYS", keys);
  }
}
