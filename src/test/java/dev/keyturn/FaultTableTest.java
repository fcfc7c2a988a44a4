package dev.keyturn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tests that {@code src/docs/faults.md} names are there. */
class FaultTableTest {
  private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w+(?:Test|IT))(?:\\.(\\w+))?`");

  @Test
  void everyTestThatItNamesIsThere() throws IOException {
    Map<String, String> tests;
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      tests =
          files
              .filter(file -> file.toString().matches(".*(Test|IT)\\.java"))
              .collect(
                  Collectors.toMap(
                      file -> file.getFileName().toString().replace(".java", ""),
                      FaultTableTest::text,
                      String::concat));
    }
    Function<MatchResult, Boolean> isThere =
        it ->
            tests.containsKey(it.group(1))
                && (it.group(2) == null
                    || tests.get(it.group(1)).contains("void %s(".formatted(it.group(2))));
    List<MatchResult> named = NAMED.matcher(text(Path.of("src/docs/faults.md"))).results().toList();
    assertThat(named).hasSizeGreaterThan(60);
    assertThat(named).filteredOn(it -> !isThere.apply(it)).extracting(MatchResult::group).isEmpty();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
