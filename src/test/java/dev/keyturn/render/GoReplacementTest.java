package dev.keyturn.render;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoReplacementTest {

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
    assertThat(new GoReplacement(Pattern.compile(source), target).in(text)).isEqualTo(result);
  }
}
