package dev.keyturn.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ContentDigestTest {
  private final KeyedHash hash = FakeSource.hash();

  @Test
  void tellsWhichKeysWereAddedRemovedOrDiffer() {
    ContentDigest earlier = digest(Map.of("same", "1", "differs", "1", "removed", "1"));
    ContentDigest now = digest(Map.of("same", "1", "differs", "2", "added", "1"));
    assertThat(now.changedSince(earlier)).containsExactly("added", "differs", "removed");
    assertThat(now.changedSince(now)).isEmpty();
  }

  @Test
  void theWholeIsToldByItsKeysAndValuesUnderTheNameOfTheKey() {
    String whole = digest(Map.of("a", "1", "b", "2")).overall(hash);
    assertThat(whole)
        .startsWith("test:")
        .isEqualTo(digest(Map.of("b", "2", "a", "1")).overall(hash));
    assertThat(digest(Map.of("a", "2", "b", "1")).overall(hash)).isNotEqualTo(whole);
    assertThat(digest(Map.of("a", "1", "c", "2")).overall(hash)).isNotEqualTo(whole);
    assertThat(digest(Map.of("a", "1")).overall(hash)).isNotEqualTo(whole);
  }

  @Test
  void theDigestOfSomeKeysIsThatOfASecretWithNoOthers() {
    assertThat(digest(Map.of("ours", "1", "theirs", "2")).only(Set.of("ours", "absent")))
        .isEqualTo(digest(Map.of("ours", "1")));
  }

  private ContentDigest digest(Map<String, String> data) {
    return ContentDigest.of(
        hash,
        data.entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey, it -> it.getValue().getBytes(StandardCharsets.UTF_8))));
  }
}
