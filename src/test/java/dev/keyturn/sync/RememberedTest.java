package dev.keyturn.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretStatus;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RememberedTest {
  private final Remembered remembered = new Remembered();

  private static ExternalSecret marked(String mark) {
    return Secrets.externalSecret("", Map.of("keyturn.dev/force-sync", mark));
  }

  private static ExternalSecret withStatus(
      ExternalSecret resource, String version, @Nullable String obeyed) {
    resource.getMetadata().setResourceVersion(version);
    resource.setStatus(
        new ExternalSecretStatus(
            List.of(), null, null, null, null, List.of(), null, null, obeyed, null));
    return resource;
  }

  @Test
  void a_mark_asks_for_one_look() {
    assertThat(remembered.forced(marked("1"))).isTrue();
    remembered.obey(marked("1"));
    assertThat(remembered.forced(marked("1"))).isFalse();
    assertThat(remembered.forced(marked("2"))).isTrue();
  }

  @Test
  void no_mark_and_an_empty_one_ask_for_none() {
    assertThat(remembered.forced(Secrets.externalSecret("", Map.of()))).isFalse();
    assertThat(remembered.forced(marked(""))).isFalse();
  }

  @Test
  void one_that_an_earlier_process_obeyed_asks_for_none() {
    assertThat(remembered.forced(withStatus(marked("1"), "7", "1"))).isFalse();
    assertThat(remembered.forced(withStatus(marked("2"), "7", "1"))).isTrue();
  }

  @Test
  void a_mark_that_comes_back_asks_again() {
    remembered.obey(withStatus(marked("1"), "7", null));
    remembered.obey(withStatus(marked("2"), "8", "1"));
    assertThat(remembered.forced(withStatus(marked("1"), "9", "2"))).isTrue();
  }

  @Test
  void our_own_write_counts_until_the_watch_has_caught_up() {
    remembered.wrote(withStatus(marked("1"), "9", "1"));
    assertThat(remembered.status(withStatus(marked("1"), "8", null)).forceSync()).isEqualTo("1");
    assertThat(remembered.status(withStatus(marked("1"), "9", "x")).forceSync()).isEqualTo("x");
    assertThat(remembered.status(withStatus(marked("1"), "10", "x")).forceSync()).isEqualTo("x");
  }

  @Test
  void what_is_obeyed_outlives_our_writes_and_ends_with_the_resource() {
    remembered.obey(marked("1"));
    remembered.wrote(withStatus(marked("1"), "9", null));
    assertThat(remembered.forced(marked("1"))).isFalse();
    remembered.forget(marked("1"));
    assertThat(remembered.forced(marked("1"))).isTrue();
  }
}
