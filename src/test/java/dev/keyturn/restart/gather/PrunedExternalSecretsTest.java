package dev.keyturn.restart.gather;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.ExternalSecret;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrunedExternalSecretsTest {
  private static final KubernetesSerialization JSON = new KubernetesSerialization();

  @ParameterizedTest(name = "{0} wrote {1}: known {2}")
  @CsvSource({
    "db, 'binding: {name: db},', true",
    "db, 'binding: {name: old},', false",
    "db, '', true"
  })
  void what_was_written_under_another_name_is_no_change_of_this_one(
      String target, String binding, boolean known) {
    ExternalSecret pruned =
        PrunedExternalSecrets.prune(
            JSON.unmarshal(
                """
                apiVersion: keyturn.dev/v1
                kind: ExternalSecret
                metadata: {name: any, namespace: shop, uid: u}
                spec: {target: {name: %s}}
                status: {%s content: {hash: h, changes: {"*": "2026-11-29T10:00:00Z"}}}
                """
                    .formatted(target, binding),
                ExternalSecret.class));
    assertThat(pruned.statusOrEmpty().content() != null).isEqualTo(known);
  }
}
