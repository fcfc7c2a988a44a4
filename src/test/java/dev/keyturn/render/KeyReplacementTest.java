package dev.keyturn.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.gotemplate.ParsedTemplates;
import dev.keyturn.gotemplate.Rendering;
import dev.keyturn.gotemplate.value.Allowance;
import dev.keyturn.testbed.ProcessorTime;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code rewrite.regexp}. */
class KeyReplacementTest {

  private static String keys(String text, List<KeyChange> changes) {
    GoTemplates templates =
        new GoTemplates(
            new Rendering(
                Allowance.STANDARD,
                InstantSource.system(),
                ProcessorTime::nanos,
                new SecureRandom()),
            new ParsedTemplates(ProcessorTime::nanos));
    try {
      return String.join(
          "", new KeyChanges("here", templates).apply(changes, Map.of(text, new byte[0])).keySet());
    } catch (RenderException e) {
      return e.failure().message();
    }
  }

  @ParameterizedTest(name = "{1} in {0} by {2} gives {3}")
  @CsvSource({
    "app/one, 'app/(.*)', $1, one",
    "app/one, 'app/(.*)', 'x-${1}y', x-oney",
    "app/one, 'app/(.*)', 'x-$1y', x-",
    "app/one, '(?P<n>app)/', '$n.', app.one",
    "app/one, '(?P<n>app)/', '${n}_', app_one",
    "app/one, '(?P<n>app)/', '$none.', .one",
    "app/one, 'app', '$$1', $1/one",
    "app/one, 'app', '$', $/one",
    "app/one, 'app', '${', ${/one",
    "app/one, 'app', '${1', ${1/one",
    "app/one, 'app', '${}', ${}/one",
    "app/one, 'app', '$-', $-/one",
    "app/one, 'app', '$1', /one",
    "app/one, 'app', '$0$0', appapp/one",
    "app/one, '(a)pp', '$01', /one",
    "app/one, '(a)pp', '$999999999', /one",
    "app/one, 'nothing', x, app/one",
    "aaa, a, b, bbb",
    "aaa, 'a*', x, x",
    "baaac, 'a*', x, xbxcx",
    "abc, '', -, -a-b-c-",
    "abc, '^', -, -abc",
    "abc, '$', -, abc-",
    "aaa, '^a', b, baa",
    "'', '', x, x",
    "'', a, x, ''",
    "\uD83D\uDE00a, '', -, -\uD83D\uDE00-a-",
    "a.b, '\\.', '\\$1', a\\b",
    "ab, '(a)|(b)', '[$1$2]', [a][b]",
    "ab, '(a)|(b)', '[$2]', [][b]",
    "aXb, '(?i)x', '', ab",
    "abc, '(?P<a>b)', '$a', abc",
  })
  void replacesAsGoDoes(String text, String source, String target, String result) {
    assertThat(keys(text, List.of(new KeyChange.Replace(source, target)))).isEqualTo(result);
  }

  @Test
  void aReplacementThatGrowsWithoutEndIsRefused() {
    KeyChange growing = new KeyChange.Replace("(.+)", "$1".repeat(341));
    assertThat(keys("abc", List.of(growing, growing, growing, growing, growing)))
        .matches(
            "here.rewrite\\[2].regexp: too much to do: needs more than the \\d+ bytes .* simpler.*");
  }

  @ParameterizedTest
  @ValueSource(strings = {"((a{900}){900}){900}", "(\\pL{900}){900}"})
  void aRegularExpressionThatWouldFillTheMemoryIsRefused(String source) {
    assertThat(keys("abc", List.of(new KeyChange.Replace(source, ""))))
        .startsWith("here.rewrite[0].regexp.source: ")
        .containsAnyOf("is too large", "steps that are allowed");
  }
}
