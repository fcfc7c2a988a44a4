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
    assertThat(StorePrefix.of(kind, written, "team")).isEqualTo(new Prefix(prefix));
  }

  @ParameterizedTest(name = "{1} of a {0} is open to neighbours: {2}")
  @CsvSource({
    "CLUSTER_SECRET_STORE, teams/$(namespace)/, false",
    "CLUSTER_SECRET_STORE, $(namespace)_, false",
    "CLUSTER_SECRET_STORE, $(namespace)/$(namespace)/, false",
    "CLUSTER_SECRET_STORE, k8s/, false",
    "CLUSTER_SECRET_STORE, k8s/$(namespace), true",
    "CLUSTER_SECRET_STORE, $(namespace)-, true",
    "CLUSTER_SECRET_STORE, $(namespace)x/, true",
    "CLUSTER_SECRET_STORE, $(namespace)/$(namespace), true",
    "CLUSTER_SECRET_STORE, $(namespace)$(namespace)/, true",
    "SECRET_STORE, k8s, false",
  })
  void a_namespace_needs_a_delimiter_after_it(StoreKind kind, String written, boolean open) {
    assertThat(StorePrefix.isOpen(kind, written)).isEqualTo(open);
  }
}
