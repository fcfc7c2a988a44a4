package dev.keyturn.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.ops.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WatchBudgetTest {
  private static final Optional<Duration> HOUR = Optional.of(Duration.ofHours(1));

  private final VirtualTime time = new VirtualTime();
  private final List<String> woken = new ArrayList<>();
  private final WatchBudget budget =
      new WatchBudget(4000, time, dependant -> woken.add(dependant.name()));

  private boolean admits(String namespace, String name, int count) {
    return budget.admits(new Dependant(namespace, name), count, HOUR);
  }

  private int admitted(String namespace, int dependants, int each) {
    int admitted = 0;
    for (int i = 0; i < dependants; i++) {
      admitted += admits(namespace, "e" + i, each) ? each : 0;
    }
    return admitted;
  }

  @Test
  void oneNamespaceHasAQuarter() {
    assertThat(admitted("thief", 40, 500)).isEqualTo(1000);
    assertThat(admits("shop", "db", 500)).isTrue();
  }

  @Test
  void allHaveTheWhole() {
    int admitted = 0;
    for (int i = 0; i < 10; i++) {
      admitted += admitted("n" + i, 40, 500);
    }
    assertThat(admitted).isEqualTo(4000);
  }

  @Test
  void aFewAreAlwaysFollowed() {
    for (int i = 0; i < 10; i++) {
      assertThat(admitted("n" + i, 40, 500)).isLessThanOrEqualTo(1000);
    }
    assertThat(admits("shop", "few", 20)).isTrue();
    assertThat(admits("shop", "more", 181)).isFalse();
    assertThat(admits("shop", "more", 180)).as("200 are the namespace's own").isTrue();
    assertThat(admits("shop", "again-few", 20)).isTrue();
    assertThat(admits("shop", "again-more", 21)).isFalse();
  }

  @Test
  void notEvenAFewTimesAThousandTakeWhatIsForOthers() {
    assertThat(admitted("thief", 1000, 20)).isEqualTo(3000);
    assertThat(admits("shop", "db", 500)).isTrue();
  }

  @Test
  void whoFollowsGoesOnWithAsMany() {
    admitted("thief", 2, 500);
    for (int i = 0; i < 4; i++) {
      admitted("few" + i, 50, 20);
    }
    assertThat(admits("thief", "e1", 500)).isTrue();
    assertThat(admits("thief", "e1", 400)).isTrue();
    assertThat(admits("thief", "e1", 501)).isFalse();
  }

  @Test
  void whoLeavesMakesRoom() {
    admitted("thief", 3, 500);
    assertThat(budget.refusal(new Dependant("thief", "e2"))).isPresent();
    budget.leave(new Dependant("thief", "e0"));
    assertThat(admits("thief", "e2", 500)).isTrue();
    assertThat(budget.refusal(new Dependant("thief", "e2"))).isEmpty();
  }

  @Test
  void whoIsRefusedIsWokenInItsInterval() {
    admitted("thief", 3, 500);
    time.advance(Duration.ofMinutes(59));
    admits("thief", "e2", 500);
    assertThat(woken).isEmpty();
    time.advance(Duration.ofMinutes(2));
    assertThat(woken).containsExactly("e2");
    admits("thief", "e2", 500);
    time.advance(Duration.ofMinutes(61));
    assertThat(woken).containsExactly("e2", "e2");
    admits("thief", "e2", 500);
    budget.leave(new Dependant("thief", "e2"));
    time.advance(Duration.ofHours(3));
    assertThat(woken).hasSize(2);
  }

  @Test
  void whoIsRefusedIsReadEveryFiveMinutesAtTheMost() {
    budget.admits(new Dependant("thief", "e"), 1001, Optional.of(Duration.ofSeconds(5)));
    time.advance(Duration.ofMinutes(4));
    assertThat(woken).isEmpty();
    time.advance(Duration.ofMinutes(2));
    assertThat(woken).containsExactly("e");
    budget.admits(new Dependant("thief", "never"), 1001, Optional.empty());
    time.advance(Duration.ofDays(1));
    assertThat(woken).containsExactly("e");
  }

  @Test
  void whoIsRefusedIsToldTheNumbers() {
    budget.admits(new Dependant("thief", "e"), 1001, Optional.of(Duration.ofMinutes(30)));
    assertThat(budget.refusal(new Dependant("thief", "e")).orElseThrow())
        .startsWith("polls and events are not followed: it has 1001 secrets and searches")
        .contains("the 4000 that the operator may follow, 1000 of one namespace")
        .contains("read every 30 minutes instead")
        .contains("at most 20 in one ExternalSecret");
  }

  @Test
  void itIsAQuarterOfTheHeap() {
    assertThat(WatchBudget.mostOf(256 << 20)).isBetween(40_000, 45_000);
    assertThat(WatchBudget.mostOf(Long.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
  }
}
