package dev.keyturn.gotemplate.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A small text can stand for a regular expression that fills the memory. */
class RegexSizeTest {

  @ParameterizedTest(name = "{0} has about {1} states")
  @CsvSource(
      delimiter = ' ',
      value = {
        "abc 3",
        "a{50} 50",
        "ab{50} 51",
        "a{50}b{50} 100",
        "a{1,50} 50",
        "a{2,} 2",
        "(ab){100} 400",
        "(a{100}){100} 10200",
        "((a{50}){50}){4} 10400",
        "(?:ab|cd){100} 900",
        "x(a{100}) 103",
        "(a{100})x(b{100}) 205",
        "(a{50})(b{50}){10} 572",
        "\\p{L}{20} 2000",
        "\\PN{20} 2000",
        "\\pL{20} 2000",
        "\\pLa 101",
        "\\d{20} 20",
        "\\{20} 4",
        "[a-z] 1",
        "[a-z]{100} 100",
        "[{]{100} 100",
        "[\\]{]{100} 100",
        "[]a]{100} 100",
        "[\\pL\\pN]{10} 2000",
        "[abcdefghijklmnopqrstuvwxyzABCDEF]{100} 500",
        "a{b} 1",
        "a{1,2,50} 50",
        "a{1234567890} 1",
        "a{} 1",
        "a{50 4",
        "() 2",
        ")a 1",
        "(a 3",
      })
  void repetitionsAreWrittenOut(String pattern, long states) {
    // A tenth and two states more or less change nothing.
    long slack = states / 10 + 2;
    assertThat(PatternSize.of(pattern)).isBetween(states - slack, states + slack);
  }

  @Test
  void groupsInGroupsAreRefusedBeforeTheLibraryOverflowsTheStack() {
    assertThat(PatternSize.of("(".repeat(150) + "a" + ")".repeat(150))).isLessThan(500);
    assertThat(PatternSize.of("(".repeat(250) + "a" + ")".repeat(250))).isGreaterThan(1 << 20);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "((((((((((a{900}){900}){900}){900}){900}){900}){900}){900}){900}){900}){900}",
        "(((((((a{999999999}){999999999}){999999999}){999999999}b){9}c){9}d){9}"
      })
  void sizesDoNotOverflow(String pattern) {
    assertThat(PatternSize.of(pattern)).isGreaterThan(1 << 20);
  }

  @Test
  void aPatternMayHaveAsManyStatesAsAllowed() {
    assertThatCode(() -> Regex.pattern("a{100}", 100)).doesNotThrowAnyException();
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> Regex.pattern("a{100}", 99))
        .matches(failure -> failure.kind() == Failure.Kind.LIMIT);
  }
}
