package dev.keyturn.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.ExternalSecretStatus.SourceStatus;
import dev.keyturn.render.Manifests.Scene;
import dev.keyturn.source.KeyedHash;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the Secret was made of and is not there any more. */
class SourceListTest {
  private static final KeyedHash HASH = new KeyedHash("k1", new byte[32]);
  private static final String TWO =
      "data: [{secretKey: a, remoteRef: {key: db}}, {secretKey: b, remoteRef: {key: api}}]";
  private static final String SEARCH = "dataFrom: [{find: {name: {regexp: x}}}]";

  @Test
  void what_is_there_is_not_lost() {
    Scene scene = Scene.of(TWO).secret("db", "x").secret("api", "x");
    assertThat(lost(before(2, "db", "api"), scene)).isEmpty();
  }

  @Test
  void what_is_named_and_gone_is_lost() {
    assertThat(lost(before(2, "db", "api"), Scene.of(TWO).secret("db", "x")))
        .containsExactly("SecretStore/aws api");
  }

  @Test
  void what_was_never_there_is_not_lost() {
    assertThat(lost(before(1, "db"), Scene.of(TWO).secret("db", "x"))).isEmpty();
  }

  @Test
  void what_nobody_asks_for_any_more_is_not_lost() {
    assertThat(lost(before(2, "db", "old"), Scene.of(TWO).secret("db", "x"))).isEmpty();
  }

  @Test
  void a_name_that_a_list_lacks_is_lost() {
    Scene scene = Scene.of(SEARCH).secret("x1", "x").find(List.of("x1"));
    assertThat(lost(before(2, "x1", "x2"), scene)).containsExactly("SecretStore/aws x2");
  }

  @Test
  void of_more_than_are_listed_the_number_tells() {
    Scene scene = Scene.of(SEARCH).secret("x1", "x").find(List.of("x1"));
    assertThat(lost(before(2, "x1"), scene)).hasSize(1);
    assertThat(lost(before(1, "x1"), scene)).isEmpty();
  }

  /** Two versions of one key are two sources in the list, and one thing that can be gone. */
  @Test
  void what_is_read_in_two_versions_is_one_that_may_be_lost() {
    String spec =
        IntStream.range(0, 60)
            .mapToObj("{secretKey: k%1$d, remoteRef: {key: s%1$d}}"::formatted)
            .collect(
                Collectors.joining(
                    ", ",
                    "data: [{secretKey: old, remoteRef: {key: s0, version: AWSPREVIOUS}}, ",
                    "]"));
    Scene scene = Scene.of(spec);
    IntStream.range(0, 60).forEach(i -> scene.secret("s" + i, "x"));
    Inputs.Versions versions = Inputs.Versions.of(scene.fetched(), HASH);
    SourceList before = SourceList.of(scene.request(), versions, List.of(), Instant.EPOCH);
    assertThat(before.sources()).hasSize(50);
    assertThat(before.lostSince(scene.request(), versions)).isEmpty();
  }

  private static Set<String> lost(SourceList before, Scene scene) {
    return before.lostSince(scene.request(), Inputs.Versions.of(scene.fetched(), HASH));
  }

  private static SourceList before(int count, String... keys) {
    List<SourceStatus> sources =
        Stream.of(keys)
            .map(key -> new SourceStatus("SecretStore/aws", key, "v1", List.of(), null))
            .toList();
    return new SourceList(sources, count);
  }
}
