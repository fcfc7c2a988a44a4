package dev.keyturn.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretStatus;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ForceSyncTest {
  private final ForceSync forceSync = new ForceSync(ExternalSecret::statusOrEmpty);

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
    assertThat(forceSync.asked(marked("1"))).isTrue();
    forceSync.obey(marked("1"));
    assertThat(forceSync.asked(marked("1"))).isFalse();
    assertThat(forceSync.asked(marked("2"))).isTrue();
  }

  @Test
  void the_mark_of_external_secrets_operator_is_obeyed_too() {
    ExternalSecret eso = Secrets.externalSecret("", Map.of("force-sync", "1"));
    assertThat(forceSync.asked(eso)).isTrue();
    forceSync.obey(eso);
    assertThat(forceSync.asked(eso)).isFalse();
    assertThat(forceSync.asked(marked("1"))).isTrue();
    Map<String, String> both = Map.of("force-sync", "1", "keyturn.dev/force-sync", "1");
    assertThat(forceSync.asked(Secrets.externalSecret("", both))).isTrue();
  }

  @Test
  void no_mark_and_an_empty_one_ask_for_none() {
    assertThat(forceSync.asked(Secrets.externalSecret("", Map.of()))).isFalse();
    assertThat(forceSync.asked(marked(""))).isFalse();
  }

  @Test
  void a_long_mark_is_told_by_its_beginning_and_tells_its_end_apart() {
    String emoji = "\uD83D\uDD11";
    ExternalSecret one = marked("x" + emoji.repeat(1_000) + "1");
    forceSync.obey(one);
    assertThat(forceSync.obeyed(one).orElseThrow())
        .startsWith("x" + emoji)
        .hasSizeLessThan(150)
        .matches(told -> StandardCharsets.UTF_8.newEncoder().canEncode(told));
    assertThat(forceSync.asked(one)).isFalse();
    assertThat(forceSync.asked(marked("x" + emoji.repeat(1_000) + "2"))).isTrue();
  }

  @Test
  void one_that_an_earlier_process_obeyed_asks_for_none() {
    assertThat(forceSync.asked(withStatus(marked("1"), "7", "1"))).isFalse();
    assertThat(forceSync.asked(withStatus(marked("2"), "7", "1"))).isTrue();
  }

  @Test
  void a_mark_that_comes_back_asks_again() {
    forceSync.obey(withStatus(marked("1"), "7", null));
    forceSync.obey(withStatus(marked("2"), "8", "1"));
    assertThat(forceSync.asked(withStatus(marked("1"), "9", "2"))).isTrue();
  }

  @Test
  void what_is_obeyed_outlives_other_statuses_and_ends_with_the_resource() {
    forceSync.obey(marked("1"));
    assertThat(forceSync.asked(withStatus(marked("1"), "9", null))).isFalse();
    forceSync.forget(marked("1"));
    assertThat(forceSync.asked(marked("1"))).isTrue();
  }
}
