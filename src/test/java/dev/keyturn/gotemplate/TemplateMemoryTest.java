package dev.keyturn.gotemplate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.gotemplate.value.Allowance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Hostile templates, two at a time as in the operator, in half of the heap that it has. */
class TemplateMemoryTest {

  @Test
  void theHeapIsLargeEnoughForAnyTwo() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output.lines().filter(line -> line.startsWith("refused"))).hasSize(2 * 19);
  }

  /** Runs each attack in two threads at once. */
  static final class Main {

    private Main() {}

    public static void main(String[] arguments) throws InterruptedException {
      Map<String, byte[]> data = new TreeMap<>(Attacks.DATA);
      for (Attacks.Attack attack : Attacks.onMemory().toList()) {
        List<Thread> both =
            IntStream.range(0, 2).mapToObj(_ -> new Thread(() -> run(attack, data))).toList();
        both.forEach(Thread::start);
        for (Thread thread : both) {
          thread.join();
        }
      }
    }

    private static void run(Attacks.Attack attack, Map<String, byte[]> data) {
      Rendering rendering =
          new Rendering(
              Allowance.STANDARD, InstantSource.system(), System::nanoTime, new SecureRandom());
      try {
        byte[] out = Template.parse("t", attack.template()).render(data, rendering);
        System.out.println("rendered " + out.length + ": " + attack.does());
      } catch (TemplateException e) {
        System.out.println("refused: " + attack.does() + ": " + e.getMessage());
      } catch (OutOfMemoryError e) {
        System.out.println("out of memory: " + attack.does());
        System.exit(3);
      }
    }
  }
}
