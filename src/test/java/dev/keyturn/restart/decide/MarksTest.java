package dev.keyturn.restart.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.Annotations;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Annotations are anybody's to write. */
class MarksTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"null", "", "[]", "7", "{", "{\"db\": null}", "{\"db\": []}", "{\"db\": \"x\"}"})
  void what_is_no_map_of_times_counts_as_absent(String text) {
    assertThat(Marks.of(Map.of(Annotations.RESTARTED_FOR, text))).isEqualTo(Marks.NONE);
  }

  @Test
  void what_was_written_is_read_again() {
    Marks marks = Scene.marksFor(Scene.CHANGED);
    assertThat(Marks.of(marks.annotations())).isEqualTo(marks);
  }
}
