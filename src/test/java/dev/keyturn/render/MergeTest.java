package dev.keyturn.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.render.Manifests.Scene;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code rewrite[].merge}. */
class MergeTest {

  private static Scene merge(String merge) {
    return Scene.of(
            "dataFrom: [{find: {path: app/}, rewrite: [{regexp: {source: 'app/', target: ''}}, {merge: {"
                + merge
                + "}}]}]")
        .find(List.of("app/b", "app/a", "app/c"));
  }

  private static Scene three(String merge) {
    return merge(merge)
        .secret("app/a", "{\"x\":\"a\",\"only-a\": 1.50}")
        .secret("app/b", "{\"x\":\"b\",\"only-b\":{ \"k\": 12345678901234567890 }}")
        .secret("app/c", "{\"x\":\"c\",\"only-c\":null}");
  }

  @Test
  void fieldsBecomeKeys() {
    assertThat(
            merge("")
                .secret("app/a", "{\"a\":\"\\u00e9\",\"d\":\"1\",\"d\":\"2\"}")
                .secret("app/b", "{\"b\":true}")
                .secret("app/c", "{}")
                .data())
        .isEqualTo(Map.of("a", "\u00e9", "b", "true", "d", "2"));
  }

  @Test
  void theLastNameWinsUnlessPrioritySaysOtherwise() {
    assertThat(three("conflictPolicy: Ignore").data())
        .isEqualTo(
            Map.of(
                "x",
                "c",
                "only-a",
                "1.5",
                "only-b",
                "{ \"k\": 12345678901234567890 }",
                "only-c",
                ""));
    assertThat(three("conflictPolicy: Ignore, priority: [c, a]").data()).containsEntry("x", "a");
    assertThat(three("conflictPolicy: Ignore, priority: [a, b]").data()).containsEntry("x", "b");
  }

  @Test
  void conflictsFailByDefaultEvenWithPriority() {
    for (String merge : List.of("", "priority: [a]", "strategy: JSON, into: all")) {
      assertThat(three(merge).failure())
          .as(merge)
          .isEqualTo(
              "spec.dataFrom[0].rewrite[1].merge: several secrets have 'x': use conflictPolicy"
                  + " Ignore, with priority to say which wins");
    }
  }

  @Test
  void aMissingPriorityFailsUnlessItIsIgnored() {
    assertThat(three("conflictPolicy: Ignore, priority: [nope]").failure())
        .isEqualTo(
            "spec.dataFrom[0].rewrite[1].merge: key 'nope' of priority was not found: correct it, or"
                + " use priorityPolicy IgnoreNotFound");
    assertThat(
            three("conflictPolicy: Ignore, priority: [nope, a], priorityPolicy: IgnoreNotFound")
                .data())
        .containsEntry("x", "a");
  }

  @Test
  void jsonGoesIntoOneKeyBesideTheOthers() {
    assertThat(three("strategy: JSON, into: all, conflictPolicy: Ignore").data())
        .containsOnlyKeys("a", "b", "c", "all")
        .containsEntry(
            "all",
            "{\"only-a\":1.50,\"only-b\":{ \"k\": 12345678901234567890 },\"only-c\":null,\"x\":\"c\"}");
    assertThat(
            merge("strategy: JSON, into: a")
                .secret("app/a", "{}")
                .secret("app/b", "{}")
                .secret("app/c", "{}")
                .data())
        .containsEntry("a", "{}");
    assertThat(
            merge("strategy: JSON, into: a")
                .secret("app/a", "{\"q\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u2028<\\u001f \": 1}")
                .secret("app/b", "{}")
                .secret("app/c", "{}")
                .data())
        .containsEntry("a", "{\"q\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u2028<\\u001f \":1}");
  }

  @Test
  void aValueThatIsNotAnObjectFailsByName() {
    assertThat(
            merge("")
                .secret("app/a", "{}")
                .secret("app/b", "[\"hunter2\"]")
                .secret("app/c", "{}")
                .failure())
        .startsWith("spec.dataFrom[0].rewrite[1].merge: secret 'b' is not a JSON object")
        .doesNotContain("hunter2");
  }

  @Test
  void aPatternThatIsNotRe2Fails() {
    assertThat(
            Scene.of(
                    "dataFrom: [{extract: {key: a}, rewrite: [{regexp: {source: '(', target: ''}}]}]")
                .secret("a", "{}")
                .failure())
        .startsWith("spec.dataFrom[0].rewrite[0].regexp.source: the regular expression is not RE2");
  }
}
