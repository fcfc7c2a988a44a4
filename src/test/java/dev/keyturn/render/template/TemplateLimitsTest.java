package dev.keyturn.render.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keyturn.render.template.go.Limits;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A hostile template neither hangs nor fills the operator. */
class TemplateLimitsTest {

  private static final Map<String, byte[]> DATA =
      Map.of("a", "secret".getBytes(StandardCharsets.UTF_8));

  private static Rendering within(Limits limits) {
    return new Rendering(
        limits, InstantSource.fixed(Instant.EPOCH), System::nanoTime, new SecureRandom());
  }

  record Attack(String does, String template) {}

  static Stream<Attack> attacks() {
    return Stream.of(
        new Attack("repeats without end", "{{ repeat 1000000000000 \"a\" }}"),
        new Attack(
            "repeats a little, often", "{{ range until 5000 }}{{ repeat 10000 \"a\" }}{{ end }}"),
        new Attack("counts without end", "{{ range until 1000000000 }}{{ end }}"),
        new Attack("counts without a list", "{{ range 9223372036854775807 }}{{ end }}"),
        new Attack("counts by steps", "{{ untilStep 0 9223372036854775807 1 }}"),
        new Attack("writes a long sequence", "{{ seq 1 100000000 }}"),
        new Attack("asks for a wide number", "{{ printf \"%900000d%900000d\" 1 2 }}"),
        new Attack(
            "asks for many digits",
            "{{ range until 100 }}{{ $x := printf \"%.900000f\" 1.0 }}{{ end }}"),
        new Attack(
            "asks for a wide text",
            "{{ range until 100 }}{{ $x := printf \"%900000s\" \"a\" }}{{ end }}"),
        new Attack("indents without end", "{{ indent 1000000000 \"a\" }}"),
        new Attack("indents many lines", "{{ indent 1000000 (repeat 1000 \"\\n\") }}"),
        new Attack(
            "replaces by more", "{{ replace \"a\" (repeat 100000 \"b\") (repeat 100000 \"a\") }}"),
        new Attack(
            "puts much between nothing",
            "{{ replace \"\" (repeat 100000 \"b\") (repeat 100000 \"a\") }}"),
        new Attack("joins by more", "{{ join (repeat 100000 \"b\") (until 10000) }}"),
        new Attack("wraps by more", "{{ wrapWith 1 (repeat 10000 \"b\") (repeat 10000 \"a\") }}"),
        new Attack(
            "doubles a text",
            "{{ $x := \"a\" }}{{ range until 64 }}{{ $x = print $x $x }}{{ end }}"),
        new Attack(
            "doubles a list",
            "{{ $x := list 1 }}{{ range until 64 }}{{ $x = concat $x $x }}{{ end }}"),
        new Attack(
            "appends quadratically",
            "{{ $x := \"\" }}{{ range until 100000 }}{{ $x = print $x \"abcdefgh\" }}{{ end }}"),
        new Attack(
            "nests loops",
            "{{ range until 1000 }}{{ range until 1000 }}{{ range until 1000 }}{{ end }}{{ end }}{{ end }}"),
        new Attack(
            "calls itself", "{{ define \"x\" }}{{ template \"x\" }}{{ end }}{{ template \"x\" }}"),
        new Attack(
            "calls itself twice",
            "{{ define \"x\" }}{{ if . }}{{ template \"x\" (rest .) }}{{ template \"x\" (rest .) }}{{ end }}{{ end }}{{ template \"x\" (until 50) }}"),
        new Attack("prints a circle", "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ $d }}"),
        new Attack(
            "encodes a circle", "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ toJson $d }}"),
        new Attack(
            "writes a circle as YAML",
            "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ toYaml $d }}"),
        new Attack(
            "copies a circle", "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ deepCopy $d }}"),
        new Attack(
            "merges a circle",
            "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ $e := dict }}{{ $_ := set $e \"d\" $e }}{{ merge $d $e }}"),
        new Attack(
            "compares circles",
            "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ $e := dict }}{{ $_ := set $e \"d\" $e }}{{ deepEqual $d $e }}"),
        new Attack("nests JSON", "{{ fromJson (repeat 100000 \"[\") }}"),
        new Attack("nests JSON objects", "{{ fromJson (repeat 1000 \"{\\\"a\\\":\") }}"),
        new Attack("nests YAML", "{{ fromYaml (print \"a: \" (repeat 1000 \"[\")) }}"),
        new Attack(
            "laughs a billion times in YAML",
            "{{ fromYaml \"a: &a [1,1,1,1,1,1,1,1,1]\\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\\ng: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\\nh: [*g,*g,*g,*g,*g,*g,*g,*g,*g]\" }}"),
        new Attack(
            "writes out a regular expression", "{{ regexFind \"((a{900}){900}){900}\" \"a\" }}"),
        new Attack(
            "matches a large one", "{{ regexFind \"(a?){900}(a{900})\" (repeat 100000 \"a\") }}"),
        new Attack(
            "matches many times", "{{ regexReplaceAll \"a(.*z)?\" (repeat 1000000 \"a\") \"b\" }}"),
        new Attack(
            "multiplies replacements",
            "{{ regexReplaceAll \"a\" (repeat 100000 \"a\") (repeat 10000 \"b\") }}"),
        new Attack(
            "splits into very many",
            "{{ range until 100 }}{{ $x := splitList \"\" (repeat 100000 \"a\") }}{{ end }}"),
        new Attack("hashes passwords", "{{ range until 30 }}{{ bcrypt \"a\" }}{{ end }}"),
        new Attack(
            "derives passwords",
            "{{ range until 30 }}{{ derivePassword 1 \"pin\" \"a\" \"b\" \"c\" }}{{ end }}"),
        new Attack("makes authorities", "{{ range until 30 }}{{ genCA \"a\" 1 }}{{ end }}"),
        new Attack(
            "makes large keys",
            "{{ genPrivateKey \"rsa\" }}{{ genPrivateKey \"rsa\" }}{{ genPrivateKey \"rsa\" }}"),
        new Attack("draws without end", "{{ randAlphaNum 1000000000 }}"),
        new Attack("draws bytes without end", "{{ randBytes 1000000000 }}"),
        new Attack("finds all unique ones", "{{ uniq (until 100000) }}"),
        new Attack(
            "multiplies decimals",
            "{{ range until 1000000 }}{{ $x := mulf 1.1 1.1 1.1 1.1 }}{{ end }}"),
        new Attack(
            "quotes much", "{{ range until 10 }}{{ quote (repeat 1000000 \"\\x00\") }}{{ end }}"),
        new Attack("writes too much", "{{ range until 2000 }}{{ repeat 1000 \"a\" }}{{ end }}"),
        new Attack(
            "chunks into ones",
            "{{ range until 100 }}{{ $x := chunk 1 (until 100000) }}{{ end }}"));
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void refusesATemplateThat(Attack attack) {
    long start = System.nanoTime();
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(
            () -> Template.parse("t", attack.template()).render(DATA, within(Limits.STANDARD)))
        .satisfies(
            e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(TemplateException.Kind.LIMIT));
    // Two seconds and the time of the keys that were paid for; far below what was asked.
    assertThat(System.nanoTime() - start).isLessThan(Duration.ofSeconds(40).toNanos());
  }

  @Test
  void refusesTextThatIsTooLong() {
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(() -> Template.parse("t", "a".repeat((1 << 20) + 1)))
        .withMessage("template t, line 1: is longer than the 1048576 bytes allowed");
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(() -> Template.parse("t", "\u00e9".repeat((1 << 19) + 1)))
        .matches(e -> e.kind() == TemplateException.Kind.LIMIT);
  }

  @Test
  void acceptsTextOfExactlyTheLimit() throws TemplateException {
    String text = "a".repeat(1 << 20);
    assertThat(Template.parse("t", text).render(DATA, within(Limits.STANDARD))).hasSize(1 << 20);
  }

  @Test
  void refusesOutputOneByteAboveTheLimit() throws TemplateException {
    Limits limits = new Limits(100, 6, 1 << 20, 10_000, 20, Duration.ofSeconds(2));
    assertThat(Template.parse("t", "{{ .a }}").render(DATA, within(limits))).hasSize(6);
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(() -> Template.parse("t", "{{ .a }}\n{{ .a }}").render(DATA, within(limits)))
        .withMessage("template t, line 1: makes more than the 6 bytes that are allowed");
  }

  @ParameterizedTest
  @MethodSource("nestings")
  void refusesTextNestedDeeperThan200(String open, String close) throws TemplateException {
    String deep = open.repeat(150) + close.repeat(150);
    String deeper = open.repeat(2000) + close.repeat(2000);
    Template.parse("t", deep.contains("(") ? "{{ " + deep + " }}" : deep);
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(
            () -> Template.parse("t", deeper.contains("(") ? "{{ " + deeper + " }}" : deeper))
        .matches(e -> e.kind() == TemplateException.Kind.LIMIT);
  }

  static Stream<org.junit.jupiter.params.provider.Arguments> nestings() {
    return Stream.of(
        org.junit.jupiter.params.provider.Arguments.of("(print ", ")"),
        org.junit.jupiter.params.provider.Arguments.of("{{ if true }}", "{{ end }}"),
        org.junit.jupiter.params.provider.Arguments.of("{{ range list }}", "{{ end }}"),
        org.junit.jupiter.params.provider.Arguments.of("{{ with 1 }}", "{{ end }}"));
  }

  @Test
  void chainsOfElseIfCountAsNesting() {
    String chain = "{{ if .a }}" + "{{ else if .a }}".repeat(2000) + "{{ end }}";
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(() -> Template.parse("t", chain))
        .matches(e -> e.kind() == TemplateException.Kind.LIMIT);
  }

  @Test
  void stopsWhenTheClockSaysSo() throws TemplateException {
    AtomicLong now = new AtomicLong();
    Rendering slow =
        new Rendering(
            Limits.STANDARD,
            InstantSource.fixed(Instant.EPOCH),
            () -> now.addAndGet(Duration.ofMillis(100).toNanos()),
            new SecureRandom());
    Template template = Template.parse("t", "{{ range until 100000 }}{{ end }}");
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(() -> template.render(DATA, slow))
        .withMessageEndingWith("takes longer than the PT2S that are allowed");
  }

  @Test
  void theTimeOfKeyGenerationDoesNotCount() throws TemplateException {
    AtomicLong now = new AtomicLong();
    SecureRandom slowRandom =
        new SecureRandom() {
          private static final long serialVersionUID = 1L;

          @Override
          public void nextBytes(byte[] bytes) {
            now.addAndGet(Duration.ofSeconds(1).toNanos());
            super.nextBytes(bytes);
          }
        };
    Rendering rendering =
        new Rendering(Limits.STANDARD, InstantSource.fixed(Instant.EPOCH), now::get, slowRandom);
    Template keys =
        Template.parse(
            "t",
            "{{ range until 5 }}{{ $k := genPrivateKey \"ed25519\" }}{{ end }}{{ range until 1000 }}{{ end }}");
    assertThat(keys.render(DATA, rendering)).isEmpty();
    Template other =
        Template.parse(
            "t", "{{ range until 5 }}{{ $k := uuidv4 }}{{ end }}{{ range until 1000 }}{{ end }}");
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(() -> other.render(DATA, rendering))
        .matches(e -> e.kind() == TemplateException.Kind.LIMIT);
  }
}
