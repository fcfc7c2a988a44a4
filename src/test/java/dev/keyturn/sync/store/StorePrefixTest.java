package dev.keyturn.sync.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.StoreKind;
import dev.keyturn.render.Prefix;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StorePrefixTest {

  @ParameterizedTest(name = "{1} of a {0} is {2}")
  @CsvSource({
    "CLUSTER_SECRET_STORE, $(namespace)/$(namespace)/, team/team/",
    "CLUSTER_SECRET_STORE, '', ''",
    "SECRET_STORE, $(namespace)/, $(namespace)/",
    "SECRET_STORE, '', ''",
  })
  void only_a_cluster_stores_prefix_knows_the_namespace(
      StoreKind kind, String written, String prefix) {
    assertThat(StoreResolver.prefix(kind, written, "team")).isEqualTo(new Prefix(prefix));
  }
}
