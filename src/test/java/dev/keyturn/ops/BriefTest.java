package dev.keyturn.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class BriefTest {
  @Test
  void a_short_mark_is_remembered_as_it_is() {
    assertThat(Brief.of("2026-11-30T12:00:00Z")).isEqualTo("2026-11-30T12:00:00Z");
    assertThat(Brief.of("x".repeat(100))).isEqualTo("x".repeat(100));
  }

  @Test
  void of_a_long_one_the_beginning_and_what_tells_it_from_others() {
    String long1 = "x".repeat(200_000) + "1";
    String long2 = "x".repeat(200_000) + "2";
    assertThat(Brief.of(long1)).hasSizeLessThan(120).startsWith("xxx").isEqualTo(Brief.of(long1));
    assertThat(Brief.of(long1)).isNotEqualTo(Brief.of(long2));
  }

  /** Half a character is none, and the API server takes none. */
  @Test
  void no_character_is_cut_in_two() {
    for (String before : new String[] {"", "x"}) {
      String brief = Brief.of(before + "\uD83D\uDD11".repeat(100));
      assertThat(new String(brief.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
          .isEqualTo(brief);
    }
  }

  @Test
  void what_was_cut_is_not_cut_again() {
    for (String mark : new String[] {"x".repeat(500), "\uD83D\uDD11".repeat(500)}) {
      assertThat(Brief.of(Brief.of(mark))).isEqualTo(Brief.of(mark));
    }
  }
}
