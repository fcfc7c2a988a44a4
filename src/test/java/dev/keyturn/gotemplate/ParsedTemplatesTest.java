package dev.keyturn.gotemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.keyturn.gotemplate.value.Allowance;
import dev.keyturn.gotemplate.value.Budget;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is parsed once, for how long, and that nobody can tell by anything but time. */
class ParsedTemplatesTest {
  private static final int LONGEST = 8 * 1024;
  private static final int MOST = 64 * 1024;

  private final AtomicLong nanoTime = new AtomicLong();
  private final ParsedTemplates parsed = new ParsedTemplates(nanoTime::get);

  private static Budget budget(long steps) {
    Allowance allowance = Allowance.STANDARD;
    return new Budget(
        new Allowance(
            allowance.input(),
            allowance.output(),
            allowance.memory(),
            steps,
            allowance.depth(),
            allowance.time(),
            allowance.dearTime()),
        () -> 0);
  }

  private Template parse(String name, String text) throws TemplateException {
    return parsed.parse(name, text, budget(10_000));
  }

  private static TemplateException failure(ParsedTemplates parsed, String text, Budget budget) {
    return catchThrowableOfType(TemplateException.class, () -> parsed.parse("name", text, budget));
  }

  @Test
  void equalTextsOfOneNameAreParsedOnce() throws TemplateException {
    Template first = parse("a", "{{ .x }}");
    assertThat(parse("a", "{{ .x }}")).isSameAs(first);
    assertThat(parse("b", "{{ .x }}")).isNotSameAs(first);
    assertThat(parse("a", "{{ .y }}")).isNotSameAs(first);
    assertThat(parsed.size()).isEqualTo(3);
  }

  @Test
  void whatIsUnusedForAMinuteIsForgotten() throws TemplateException {
    Template first = parse("a", "{{ .x }}");
    nanoTime.addAndGet(Duration.ofSeconds(59).toNanos());
    assertThat(parse("a", "{{ .x }}")).isSameAs(first);
    nanoTime.addAndGet(Duration.ofSeconds(59).toNanos());
    assertThat(parse("a", "{{ .x }}")).isSameAs(first);
    nanoTime.addAndGet(Duration.ofSeconds(61).toNanos());
    assertThat(parsed.size()).isZero();
    assertThat(parse("a", "{{ .x }}")).isNotSameAs(first);
  }

  @Test
  void noMoreIsHeldThanTheBound() throws TemplateException {
    String text = "x".repeat(1000);
    for (int i = 0; i < 1000; i++) {
      parse("name" + i, text);
    }
    assertThat(parsed.size()).isPositive().isLessThan(MOST / text.length());
  }

  @Test
  void emptyTextsCountToo() throws TemplateException {
    for (int i = 0; i < 10_000; i++) {
      parse("" + i, "");
    }
    assertThat(parsed.size()).isPositive().isLessThan(MOST / 64);
  }

  @Test
  void neitherLongTextsNorLongNamesAreHeld() throws TemplateException {
    assertThat(parse("a", "x".repeat(LONGEST))).isNotNull();
    assertThat(parse("a".repeat(LONGEST), "x")).isNotNull();
    assertThat(parsed.size()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\n{{ nosuch }}", "{{ end }}", "{{ if true }}"})
  void whatFailsIsNotHeldAndFailsAgain(String wrong) {
    TemplateException first = failure(parsed, wrong, budget(1_000));
    TemplateException second = failure(parsed, wrong, budget(1_000));
    assertThat(second).isNotSameAs(first).hasMessage(first.getMessage());
    assertThat(second.line()).isEqualTo(first.line());
    assertThat(parsed.size()).isZero();
  }

  @Test
  void whatIsHeldCostsItsBudgetAndFailsAsIfItWereParsed() throws TemplateException {
    String text = "{{ .x }}" + "é".repeat(100);
    Budget enoughForTwo = budget(2 * (1 + (8 + 200) / 8));
    parsed.parse("name", text, enoughForTwo);
    parsed.parse("name", text, enoughForTwo);
    TemplateException held = failure(parsed, text, enoughForTwo);
    TemplateException fresh = failure(new ParsedTemplates(() -> 0), text, budget(26));
    assertThat(held.kind()).isEqualTo(TemplateException.Kind.LIMIT).isEqualTo(fresh.kind());
    assertThat(held.line()).isEqualTo(fresh.line());
    assertThat(held.template()).isEqualTo(fresh.template());
    assertThat(held.reason()).isEqualTo("needs more than the 54 steps that are allowed");
    assertThat(fresh.reason()).isEqualTo("needs more than the 26 steps that are allowed");
  }
}
