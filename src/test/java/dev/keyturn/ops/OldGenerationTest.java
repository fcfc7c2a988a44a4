package dev.keyturn.ops;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OldGenerationTest {
  private static final long MIB = 1 << 20;

  @ParameterizedTest(name = "{0} MiB used, {1} MiB live")
  @CsvSource({
    "30, 30, false",
    "38, 30, false",
    "39, 30, true",
    "125, 100, false",
    "126, 100, true",
    "9, 0, true",
  })
  void a_collection_is_worth_it_when_a_quarter_more_than_was_live_is_in_use(
      long used, long live, boolean worth) {
    assertThat(OldGeneration.isWorthIt(used * MIB, live * MIB)).isEqualTo(worth);
  }
}
