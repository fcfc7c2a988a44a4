package dev.keyturn.gotemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keyturn.gotemplate.TemplateException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An error says where and why, and never what the secret is. */
class TemplateErrorsTest {

  private static final String SECRET = "hunter2-S3cr3t";

  private static final Map<String, byte[]> DATA =
      Map.of("password", SECRET.getBytes(StandardCharsets.UTF_8));

  record Wrong(String template, String message) {}

  static Stream<Wrong> wrong() {
    return Stream.of(
        new Wrong("{{ .missing }}", "line 1: map has no entry for key \"missing\""),
        new Wrong("a\nb\n{{ .missing }}", "line 3: map has no entry for key \"missing\""),
        new Wrong(
            "{{ .password\n|\nint64 |\nuntil }}",
            "line 4: wrong type for value; expected a int, got a int64"),
        new Wrong("{{ .password.x }}", "line 1: cannot evaluate field x in a string"),
        new Wrong(
            "{{ (fromJson `{\"a\":null}`).a.b }}", "line 1: nil data; no entry for key \"b\""),
        new Wrong("{{ nosuch .password }}", "line 1: function \"nosuch\" is not defined"),
        new Wrong("{{ $x }}", "line 1: undefined variable \"$x\""),
        new Wrong("{{ upper }}", "line 1: wrong number of arguments for upper: want 1, got 0"),
        new Wrong(
            "{{ printf }}", "line 1: wrong number of arguments for printf: want at least 1, got 0"),
        new Wrong("{{ upper 3 }}", "line 1: expected a string, found a number"),
        new Wrong("{{ upper true }}", "line 1: expected a string, found a bool"),
        new Wrong("{{ upper nil }}", "line 1: cannot assign nil to a string"),
        new Wrong(
            "{{ add 1 2 | upper }}",
            "line 1: wrong type for value; expected a string, got a int64"),
        new Wrong("{{ first (list) | upper }}", "line 1: invalid value; expected a string"),
        new Wrong("{{ template \"x\" }}", "line 1: template \"x\" is not defined"),
        new Wrong("{{ if }}{{ end }}", "line 1: missing value for if"),
        new Wrong("{{ if true }}", "line 1: unexpected end of the template: an {{end}} is missing"),
        new Wrong("{{ end }}", "line 1: unexpected {{end}}"),
        new Wrong("{{ else }}", "line 1: unexpected {{else}}"),
        new Wrong("{{ break }}", "line 1: {{break}} outside {{range}}"),
        new Wrong("{{ \"a }}", "line 1: unterminated quoted string"),
        new Wrong("{{ `a }}", "line 1: unterminated raw quoted string"),
        new Wrong("{{ /* a }}", "line 1: unexpected \"/\" in command"),
        new Wrong("{{/* a }}", "line 1: unclosed comment"),
        new Wrong("{{/* a */ }}", "line 1: comment ends before closing delimiter"),
        new Wrong("{{ .a", "line 1: unclosed action"),
        new Wrong("{{ (.a }}", "line 1: unclosed left parenthesis"),
        new Wrong("{{ .a) }}", "line 1: unexpected right parenthesis"),
        new Wrong("{{ 1a }}", "line 1: bad number syntax (complex numbers are not supported)"),
        new Wrong("{{ 99999999999999999999 }}", "line 1: integer overflow"),
        new Wrong("{{ 18446744073709551615 }}", "line 1: the number overflows int"),
        new Wrong("{{ \"\\q\" }}", "line 1: malformed string: unknown escape"),
        new Wrong(
            "{{ define \"x\" }}1{{ end }}{{ define \"x\" }}2{{ end }}",
            "line 1: multiple definition of template \"x\""),
        new Wrong("{{ 1 | 2 }}", "line 1: a value cannot take the result of a pipe"),
        new Wrong("{{ .password 1 }}", "line 1: password is not a method but has arguments"),
        new Wrong("{{ 1 2 }}", "line 1: cannot give arguments to what is not a function"),
        new Wrong("{{ nil }}", "line 1: nil is not a command"),
        new Wrong("{{ range .password }}{{ end }}", "line 1: range cannot iterate over a string"),
        new Wrong("{{ index .password 99 }}", "line 1: index: index out of range"),
        new Wrong("{{ index .password \"x\" }}", "line 1: index: cannot index with a string"),
        new Wrong("{{ len 3 }}", "line 1: len: a int has no length"),
        new Wrong(
            "{{ lt .password 3 }}",
            "line 1: lt: incompatible types for comparison: string and int"),
        new Wrong(
            "{{ eq (list .password) (list .password) }}",
            "line 1: eq: a []interface {} cannot be compared"),
        new Wrong("{{ div 1 0 }}", "line 1: div: integer divide by zero"),
        new Wrong(
            "{{ mustFromJson .password }}",
            "line 1: mustFromJson: not JSON: an unexpected character"),
        new Wrong("{{ hexdec .password }}", "line 1: hexdec: not hexadecimal"),
        new Wrong("{{ decryptAES \"k\" .password }}", "line 1: decryptAES: the text is not base64"),
        new Wrong(
            "{{ regexFind (print \"(\" .password) \"a\" }}",
            "line 1: regexFind: the regular expression is not RE2: missing closing )"),
        new Wrong("{{ semver .password }}", "line 1: semver: this is no semantic version"),
        new Wrong(
            "{{ semverCompare .password \"1.0.0\" }}",
            "line 1: semverCompare: improper version constraint"),
        new Wrong(
            "{{ urlParse (print \"http://h:\" .password) }}",
            "line 1: urlParse: invalid port in URL"),
        new Wrong(
            "{{ mustToDate \"2006\" .password }}",
            "line 1: mustToDate: the date does not fit the layout"),
        new Wrong(
            "{{ pkcs12key .password }}",
            "line 1: pkcs12key: unable to open the PKCS#12 store (wrong password, or none)"),
        new Wrong(
            "{{ filterPEM \"X\" .password }}",
            "line 1: filterPEM: error filtering pem: found junk"),
        new Wrong(
            "{{ jwkPublicKeyPem .password }}",
            "line 1: jwkPublicKeyPem: not JSON: an unexpected character"),
        new Wrong(
            "{{ rsaDecrypt .password \"\" \"\" \"\" }}",
            "line 1: rsaDecrypt: the decryption scheme is not supported"),
        new Wrong(
            "{{ fail \"no user\" }}", "line 1: fail \"no user\": the template stopped itself"),
        new Wrong(
            "{{ fail (print \"bad: \" .password) }}", "line 1: fail: the template stopped itself"),
        new Wrong("{{ .password | fail }}", "line 1: fail: the template stopped itself"),
        new Wrong("{{ call .password }}", "line 1: call: a string cannot be called"),
        new Wrong(
            "{{ dig .password 1 (dict .password 2) | index }}{{ set nil \"a\" 1 }}",
            "line 1: set: assignment to entry in nil map"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void saysWhatIsWrong(Wrong wrong) {
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(
            () ->
                Template.parse("config.yaml", wrong.template())
                    .render(DATA, TemplateCorpus.RENDERING))
        .withMessage("template config.yaml, " + wrong.message())
        .satisfies(e -> assertThat(e.kind()).isNotEqualTo(Kind.LIMIT));
  }

  @Test
  void namesThePartThatFailed() {
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(
            () ->
                Template.parse(
                        "t",
                        "{{ define \"part\" }}\n{{ .x }}{{ end }}\n\n{{ template \"part\" . }}")
                    .render(DATA, TemplateCorpus.RENDERING))
        .satisfies(
            e -> {
              assertThat(e.template()).isEqualTo("part");
              assertThat(e.line()).isEqualTo(2);
              assertThat(e.reason()).isEqualTo("map has no entry for key \"x\"");
              assertThat(e.kind()).isEqualTo(Kind.EXECUTION);
            });
  }

  @Test
  void syntaxIsToldFromExecution() {
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(() -> Template.parse("t", "\n\n{{ if }}"))
        .satisfies(
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.SYNTAX);
              assertThat(e.line()).isEqualTo(3);
              assertThat(e.template()).isEqualTo("t");
            });
  }

  @Test
  void valuesDoNotShowInToString() {
    assertThat(new dev.keyturn.gotemplate.value.Text(SECRET).toString()).doesNotContain(SECRET);
    assertThat(new dev.keyturn.gotemplate.value.KeyPair(SECRET, SECRET).toString())
        .doesNotContain(SECRET);
    assertThat(dev.keyturn.gotemplate.value.Slice.ofStrings(java.util.List.of(SECRET)).toString())
        .isEqualTo("Slice[1 items]");
    assertThat(dev.keyturn.gotemplate.value.Dict.any().toString()).isEqualTo("Dict[0 entries]");
  }
}
