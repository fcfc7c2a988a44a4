package dev.keyturn.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CronTimesTest {
  private static final Instant NOW = Instant.parse("2026-11-24T02:30:00Z");

  @Test
  void the_time_itself_is_the_last_one() {
    CronTimes times = CronTimes.of("30 2 * * *", ZoneOffset.UTC);
    assertThat(times.last(NOW)).contains(NOW);
    assertThat(times.last(NOW.minusMillis(1))).contains(NOW.minus(Duration.ofDays(1)));
    assertThat(times.next(NOW)).contains(NOW.plus(Duration.ofDays(1)));
    assertThat(times.next(NOW.minusMillis(1))).contains(NOW);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0 0 31 2 *",
        "* * 30-31 2 *",
        "0-58/2,1-59 5 31 2,4,6,9,11 *",
        "0 0 31 4,9-11/2 *",
        "0 0 31/1 feb *"
      })
  void what_never_comes_is_not_looked_for(String expression) {
    assertThat(CronTimes.read(expression)).isEmpty();
    CronTimes times = CronTimes.of(expression, ZoneOffset.UTC);
    assertThat(times.last(NOW)).isEmpty();
    assertThat(times.next(NOW)).isEmpty();
  }

  @Property(tries = 300)
  void what_comes_by_the_library_s_own_answer_is_looked_for(
      @ForAll("days") String days, @ForAll("months") String months, @ForAll("week") String week) {
    String expression = "30 2 " + days + " " + months + " " + week;
    Cron cron =
        new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX))
            .parse(expression);
    assertThat(CronTimes.read(expression).isPresent())
        .as(expression)
        .isEqualTo(
            ExecutionTime.forCron(cron).nextExecution(NOW.atZone(ZoneOffset.UTC)).isPresent());
  }

  @Provide
  Arbitrary<String> days() {
    return field(List.of("*", "*", "*/7", "*/31", "29/1", "31/5", "30/1"), 26, 31);
  }

  @Provide
  Arbitrary<String> months() {
    return field(List.of("*", "*/3", "*/12", "2/2", "4/5"), 1, 12);
  }

  @Provide
  Arbitrary<String> week() {
    return Arbitraries.frequencyOf(
        Tuple.of(3, Arbitraries.just("*")),
        Tuple.of(1, field(List.of("*/1", "*/7", "0/3", "7", "6/7", "0-7", "7/2", "1,7"), 0, 7)));
  }

  private static Arbitrary<String> field(List<String> special, int first, int last) {
    Arbitrary<Integer> value = Arbitraries.integers().between(first, last);
    Arbitrary<String> range =
        value.flatMap(
            from ->
                value
                    .filter(to -> to > from || from == last)
                    .map(to -> from == last ? "" + from : from + "-" + to));
    return Arbitraries.oneOf(
        Arbitraries.of(special),
        value.map(String::valueOf),
        range,
        Arbitraries.oneOf(value.map(String::valueOf), range)
            .list()
            .ofMinSize(2)
            .ofMaxSize(4)
            .map(parts -> String.join(",", parts)));
  }

  @Test
  void one_that_is_asked_for_many_times_says_what_a_new_one_says() {
    Random random = new Random(1);
    ZoneId berlin = ZoneId.of("Europe/Berlin");
    CronTimes kept = CronTimes.of("*/20 1-3 * * *", berlin);
    for (int i = 0; i < 500; i++) {
      Instant time = NOW.plusSeconds(random.nextLong(-86_400L * 300, 86_400L * 300));
      CronTimes other = CronTimes.of("*/20 1-3 * * *" + " ".repeat(i + 1), berlin);
      assertThat(kept.last(time)).as(time.toString()).isEqualTo(other.last(time));
      assertThat(kept.next(time)).as(time.toString()).isEqualTo(other.next(time));
    }
  }

  @Test
  void it_is_read_once() {
    assertThat(CronTimes.of("1 2 3 4 *", ZoneOffset.UTC))
        .isSameAs(CronTimes.of("1 2 3 4 *", ZoneOffset.UTC));
  }

  @Test
  void what_is_none_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CronTimes.of("60 * * * *", ZoneOffset.UTC));
  }
}
