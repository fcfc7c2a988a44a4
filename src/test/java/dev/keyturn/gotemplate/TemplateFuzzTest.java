package dev.keyturn.gotemplate;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.keyturn.gotemplate.value.Allowance;
import dev.keyturn.gotemplate.value.Budget;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/**
 * Any text renders or is refused: no crash, no hang, no flood. Regular runs replay the seeds; by
 * hand: JAZZER_FUZZ=1 ./mvnw test -Dtest=TemplateFuzzTest
 */
class TemplateFuzzTest {

  /** Small, so that the fuzzer meets the limits and still tries many templates per second. */
  private static final Allowance SMALL =
      new Allowance(
          1 << 14, 1 << 14, 1 << 20, 100_000, 60, Duration.ofMillis(500), Duration.ofSeconds(5));

  private static final long PATIENCE = Duration.ofSeconds(10).toNanos();

  private static final Map<String, byte[]> DATA =
      Map.of(
          "a", "alpha".getBytes(StandardCharsets.UTF_8),
          "json", "{\"x\":[1,null,{\"y\":2.5}]}".getBytes(StandardCharsets.UTF_8),
          "bytes", new byte[] {0, -1, -2, 'x', '\n'});

  @FuzzTest(maxDuration = "10m")
  void rendersOrRefuses(byte[] input) {
    long start = cpuTime();
    String text = new String(input, StandardCharsets.ISO_8859_1);
    Rendering rendering =
        new Rendering(SMALL, InstantSource.system(), System::nanoTime, new SecureRandom());
    try {
      byte[] out =
          Template.parse("fuzz", text, new Budget(SMALL, System::nanoTime)).render(DATA, rendering);
      if (out.length > SMALL.output()) {
        throw new AssertionError("more output than is allowed");
      }
    } catch (TemplateException refused) {
      if (refused.getMessage() == null || refused.line() < 1) {
        throw new AssertionError("a refusal without a place", refused);
      }
    }
    if (cpuTime() - start > PATIENCE) {
      throw new AssertionError("took far longer than is allowed");
    }
  }

  /** Of this thread: a busy machine is not to be taken for a slow template. */
  private static long cpuTime() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
