package dev.keyturn.gotemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keyturn.gotemplate.value.Allowance;
import dev.keyturn.testbed.ProcessorTime;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateTest {

  private static final Rendering AT_NOON =
      new Rendering(
          Allowance.STANDARD,
          InstantSource.fixed(Instant.parse("2026-01-02T12:00:00Z")),
          ProcessorTime::nanos,
          new SecureRandom());

  private static String render(String template, Map<String, byte[]> data) throws TemplateException {
    return new String(Template.parse("t", template).render(data, AT_NOON), StandardCharsets.UTF_8);
  }

  @Test
  void bytesOfTheSecretStayWhatTheyAre() throws TemplateException {
    byte[] bytes = new byte[256];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    Template template = Template.parse("t", "{{ .a }}{{ .a | b64enc | b64dec }}");
    byte[] out = template.render(Map.of("a", bytes), AT_NOON);
    assertThat(out).hasSize(512).startsWith(bytes).endsWith(bytes);
  }

  @Test
  void namesAndKeysMayBeUnicode() throws TemplateException {
    assertThat(
            render(
                "{{ .schl\u00fcssel }}{{ index . \"\u2603-key\" }}",
                Map.of(
                    "schl\u00fcssel", "w\u00e9rt".getBytes(StandardCharsets.UTF_8),
                    "\u2603-key", "x".getBytes(StandardCharsets.UTF_8))))
        .isEqualTo("w\u00e9rtx");
  }

  @Test
  void theClockIsTheOneThatIsGiven() throws TemplateException {
    assertThat(
            render(
                "{{ now }}|{{ date \"2006\" \"x\" }}|{{ ago 0 }}|{{ now.Unix }}|{{ durationRound (toDate \"2006-01-02\" \"2026-01-01\") }}",
                Map.of()))
        .isEqualTo("2026-01-02 12:00:00 +0000 UTC|2026|490932h0m0s|1767355200|1d");
  }

  @Test
  void aTemplateMayCallItselfByItsName() throws TemplateException {
    assertThat(
            render(
                "{{ if . }}{{ . | len }}{{ template \"t\" \"\" }}{{ end }}",
                Map.of("a", new byte[1])))
        .isEqualTo("1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{{ .a }}",
        "{{ toJson . | sha256sum }}",
        "{{ keys (dict \"a\" 1 \"b\" 2) }}",
        "{{ derivePassword 1 \"pin\" \"a\" \"b\" \"c\" }}",
        "{{ pkcs12key .a }}",
        "{{ toDate \"2006\" \"2020\" }}",
        "{{ decryptAES \"a\" \"b\" }}",
        "{{ duration \"5\" }}",
        "text now randAlphaNum"
      })
  void equalDataGiveEqualBytes(String template) throws TemplateException {
    assertThat(Template.parse("t", template).isDeterministic()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ now }}",
        "{{ if false }}{{ randAlphaNum 5 }}{{ end }}",
        "{{ define \"x\" }}{{ uuidv4 }}{{ end }}",
        "{{ block \"x\" (bcrypt .a) }}{{ end }}",
        "{{ .a | htpasswd \"u\" }}",
        "{{ (genCA \"a\" 1).Cert }}",
        "{{ range $x := list (shuffle .a) }}{{ end }}",
        "{{ pemToPkcs12 .a .b }}",
        "{{ pemTruststoreToPKCS12 .a }}",
        "{{ encryptAES \"k\" .a }}",
        "{{ date \"2006\" .a }}",
        "{{ ago .a }}",
        "{{ randInt 1 5 }}",
        "{{ randBytes 5 }}",
        "{{ genPrivateKey \"ecdsa\" }}"
      })
  void randomSaltedOrTimedTemplatesSaySo(String template) throws TemplateException {
    assertThat(Template.parse("t", template).isDeterministic()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ if $x := 1 }}{{ end }}{{ $x }}",
        "{{ with $x := 1 }}{{ end }}{{ $x }}",
        "{{ range $i, $x := list 1 }}{{ end }}{{ $x }}",
        "{{ range $i, $x := list 1 }}{{ end }}{{ $i }}",
        "{{ $x := 1 }}{{ define \"a\" }}{{ $x }}{{ end }}",
        "{{ define \"a\" }}{{ $x := 1 }}{{ end }}{{ $x }}"
      })
  void variablesAreKnownInTheirBlockOnly(String template) {
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(() -> Template.parse("t", template))
        .withMessageContaining("undefined variable");
  }

  @Test
  void variablesAroundADefinitionAreKnownAfterIt() throws TemplateException {
    assertThat(render("{{ $x := 1 }}{{ define \"a\" }}{{ end }}{{ $x }}", Map.of())).isEqualTo("1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ range list 1 }}{{ end }}{{ break }}",
        "{{ range list 1 }}{{ define \"a\" }}{{ end }}{{ end }}{{ continue }}",
        "{{ range list 1 }}{{ block \"a\" . }}{{ break }}{{ end }}{{ end }}"
      })
  void loopsEndInTheirBodyOnly(String template) {
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(() -> Template.parse("t", template));
  }

  @Test
  void drawsDiffer() throws TemplateException {
    for (String template :
        new String[] {
          "{{ randAlphaNum 20 }}",
          "{{ randAlpha 20 }}",
          "{{ randAscii 20 }}",
          "{{ randNumeric 20 }}",
          "{{ randBytes 20 }}",
          "{{ uuidv4 }}",
          "{{ shuffle \"abcdefghijklmnopqrstuvwxyz\" }}",
          "{{ randInt 0 1000000000 }}",
          "{{ bcrypt \"a\" }}",
          "{{ encryptAES \"k\" \"a\" }}"
        }) {
      assertThat(render(template, Map.of())).as(template).isNotEqualTo(render(template, Map.of()));
    }
  }

  @Test
  void uuidsAreOfVersionFour() throws TemplateException {
    assertThat(render("{{ uuidv4 }}", Map.of()))
        .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  }

  @Test
  void drawnNumbersAreWithinBounds() throws TemplateException {
    for (int i = 0; i < 50; i++) {
      assertThat(Integer.parseInt(render("{{ randInt 3 6 }}", Map.of()))).isBetween(3, 5);
    }
  }

  @Test
  void drawnTextHasEveryLetterOfItsAlphabet() throws TemplateException {
    assertThat(render("{{ randAscii 3000 }}", Map.of()).chars().distinct().count()).isEqualTo(95);
    assertThat(render("{{ randAlphaNum 3000 }}", Map.of()).chars().distinct().count())
        .isEqualTo(62);
    assertThat(render("{{ randAlpha 3000 }}", Map.of()).chars().distinct().count()).isEqualTo(52);
    assertThat(render("{{ randNumeric 300 }}", Map.of()).chars().distinct().count()).isEqualTo(10);
  }
}
