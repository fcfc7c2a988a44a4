package dev.keyturn.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.SecretStore;
import dev.keyturn.api.SecretStoreStatus;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import org.junit.jupiter.api.Test;

class SpecOrMarksChangedTest {
  private final SpecOrMarksChanged<SecretStore> filter = new SpecOrMarksChanged<>();

  @Test
  void a_status_that_is_wiped_is_written_anew_and_one_that_is_written_is_ours() {
    SecretStore written = store();
    written.setStatus(SecretStoreStatus.EMPTY);
    assertThat(filter.accept(store(), written)).isTrue();
    assertThat(filter.accept(written, store())).isFalse();
    assertThat(filter.accept(written, written)).isFalse();
  }

  private static SecretStore store() {
    SecretStore store = new SecretStore();
    store.setMetadata(new ObjectMetaBuilder().withName("aws").withGeneration(1L).build());
    store.setStatus(null);
    return store;
  }
}
