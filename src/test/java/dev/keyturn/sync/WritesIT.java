package dev.keyturn.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.testbed.Alone;
import dev.keyturn.testbed.AuditLog;
import dev.keyturn.testbed.RealCluster;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.Namespace;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Counts in the API server's audit log what the operator writes. */
@RealCluster
class WritesIT {
  private static final List<String> SECRET_THEN_STATUS =
      List.of("patch secrets", "patch externalsecrets/status");

  @Test
  @Alone
  void a_change_is_two_writes_and_rest_is_none(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("db", "{\"password\":\"one\"}");
    AuditLog creation = bed.audit();
    bed.extract("db", "db", "refreshInterval: 5s");
    bed.awaitReady("db");
    bed.settle();
    assertThat(writes(creation, bed)).as("creation").isEqualTo(SECRET_THEN_STATUS);

    AuditLog rest = bed.audit();
    bed.polls(3);
    assertThat(writes(rest, bed)).as("at rest, over two polls").isEmpty();

    AuditLog change = bed.audit();
    bed.change("db", "{\"password\":\"two\"}");
    bed.awaitSecret("db", Map.of("password", "two"));
    bed.settle();
    assertThat(writes(change, bed)).as("a change").isEqualTo(SECRET_THEN_STATUS);

    AuditLog force = bed.audit();
    bed.annotate("db", "keyturn.dev/force-sync=1");
    bed.settle();
    assertThat(writes(force, bed))
        .as("a forced look that finds nothing new says that it was had")
        .isEqualTo(List.of("patch externalsecrets/status"));

    AuditLog repair = bed.audit();
    bed.kubectl("patch", "secret", "db", "-p", "{\"stringData\":{\"password\":\"x\"}}");
    bed.awaitSecret("db", Map.of("password", "two"));
    bed.settle();
    assertThat(writes(repair, bed)).as("a repair").startsWith("patch secrets").hasSizeLessThan(3);

    AuditLog restart = bed.audit();
    bed.crash();
    bed.polls(3);
    assertThat(writes(restart, bed)).as("at rest, by a new process").isEmpty();
  }

  @Test
  void a_failure_is_one_write_and_its_retries_are_none(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    AuditLog failure = bed.audit();
    bed.extract("db", "nowhere", "refreshInterval: 5s");
    bed.awaitFailure("db", "nowhere");
    bed.polls(3);
    assertThat(writes(failure, bed)).isEqualTo(List.of("patch externalsecrets/status"));
    assertThat(bed.warnings("db")).hasSize(1);
  }

  private static List<String> writes(AuditLog log, SyncBed bed) {
    return log.writes(bed.namespace).stream()
        .filter(request -> !request.resource().equals("secretstores/status"))
        .map(request -> request.verb() + " " + request.resource())
        .toList();
  }
}
