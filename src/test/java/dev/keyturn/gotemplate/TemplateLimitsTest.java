package dev.keyturn.gotemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keyturn.gotemplate.value.Allowance;
import dev.keyturn.gotemplate.value.Budget;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A hostile template neither hangs nor fills the operator. */
class TemplateLimitsTest {

  private static final Map<String, byte[]> DATA =
      Map.of("a", "secret".getBytes(StandardCharsets.UTF_8));

  /** By the time of this thread's CPU: a busy machine is not to be taken for a slow template. */
  private static Rendering within(Allowance allowance) {
    return new Rendering(
        allowance,
        InstantSource.fixed(Instant.EPOCH),
        TemplateLimitsTest::cpuTime,
        theSameEachTime());
  }

  /** How long it takes to find the primes of a key is luck: here it is the same luck each time. */
  private static SecureRandom theSameEachTime() {
    try {
      SecureRandom random = SecureRandom.getInstance("SHA1PRNG");
      random.setSeed(2);
      return random;
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.keyturn.gotemplate.Attacks#all")
  void refusesATemplateThat(Attacks.Attack attack) {
    long start = cpuTime();
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(
            () ->
                Template.parse("t", attack.template())
                    .render(Attacks.DATA, within(Allowance.STANDARD)))
        .satisfies(
            e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(TemplateException.Kind.LIMIT));
    // Two seconds and the time of the keys that were paid for (two of 4096 bits took 39 to 56
    // seconds, by other seeds); far below what was asked.
    assertThat(cpuTime() - start).isLessThan(Duration.ofMinutes(2).toNanos());
  }

  private static long cpuTime() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
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
    assertThat(Template.parse("t", text).render(DATA, within(Allowance.STANDARD))).hasSize(1 << 20);
  }

  @Test
  void refusesOutputOneByteAboveTheLimit() throws TemplateException {
    Allowance allowance =
        new Allowance(100, 6, 1 << 20, 10_000, 20, Duration.ofSeconds(2), Duration.ofSeconds(2));
    assertThat(Template.parse("t", "{{ .a }}").render(DATA, within(allowance))).hasSize(6);
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(() -> Template.parse("t", "{{ .a }}\n{{ .a }}").render(DATA, within(allowance)))
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
            Allowance.STANDARD,
            InstantSource.fixed(Instant.EPOCH),
            () -> now.addAndGet(Duration.ofMillis(100).toNanos()),
            new SecureRandom());
    Template template = Template.parse("t", "{{ range until 100000 }}{{ end }}");
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(() -> template.render(DATA, slow))
        .withMessageEndingWith("takes longer than the PT2S that are allowed");
  }

  /** A busy node may be twenty times slower; keys are read, used and stored all the same. */
  @Test
  void cryptographyIsNotCutShortOnASlowMachine() throws TemplateException {
    Rendering slow =
        new Rendering(
            Allowance.STANDARD,
            InstantSource.fixed(Instant.EPOCH),
            () -> System.nanoTime() * 20,
            new SecureRandom());
    String template =
        "{{ $p := genSelfSignedCert \"h\" nil (list \"h\") 1 }}{{ $c := $p.Cert }}{{ $k := $p.Key }}"
            + "{{ $s := pemToPkcs12Pass $c $k \"p\" | b64dec }}{{ pkcs12certPass \"p\" $s | eq $c }}"
            + "{{ htpasswd \"u\" \"p\" | len }}";
    assertThat(new String(Template.parse("t", template).render(DATA, slow), StandardCharsets.UTF_8))
        .isEqualTo("true62");
  }

  @Test
  void keysWithHugeNumbersAreRefusedBeforeTheyAreUsed() throws Exception {
    BigInteger huge = BigInteger.ONE.shiftLeft(100_000).add(BigInteger.ONE);
    BigInteger one = BigInteger.ONE;
    BigInteger modulus = BigInteger.ONE.shiftLeft(2047).add(BigInteger.ONE);
    for (byte[] der :
        List.of(
            new RSAPrivateKey(huge, one, one, one, one, one, one, one).getEncoded(),
            new RSAPrivateKey(modulus, one, one, huge, one, one, one, one).getEncoded(),
            new RSAPrivateKey(modulus, one, one, one, one, huge, one, one).getEncoded())) {
      for (String use :
          List.of(
              "{{ genCAWithKey \"a\" 1 .k }}",
              "{{ rsaDecrypt \"RSA-OAEP\" \"SHA1\" .k .k }}",
              "{{ pemToPkcs12 .k .k }}")) {
        Map<String, byte[]> data =
            Map.of("k", TestKeys.pem("RSA PRIVATE KEY", der).getBytes(StandardCharsets.US_ASCII));
        assertThatExceptionOfType(TemplateException.class)
            .isThrownBy(() -> Template.parse("t", use).render(data, within(Allowance.STANDARD)));
      }
    }
    byte[] dsa =
        new DERSequence(
                new ASN1Encodable[] {
                  new ASN1Integer(0),
                  new ASN1Integer(huge),
                  new ASN1Integer(huge),
                  new ASN1Integer(huge),
                  new ASN1Integer(huge),
                  new ASN1Integer(huge)
                })
            .getEncoded();
    Map<String, byte[]> data =
        Map.of("k", TestKeys.pem("DSA PRIVATE KEY", dsa).getBytes(StandardCharsets.US_ASCII));
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(
            () ->
                Template.parse("t", "{{ genCAWithKey \"a\" 1 .k }}")
                    .render(data, within(Allowance.STANDARD)))
        .withMessageContaining("private key");
  }

  @Test
  void theTimeOfFunctionsThatCostIsCountedApart() throws TemplateException {
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
        new Rendering(Allowance.STANDARD, InstantSource.fixed(Instant.EPOCH), now::get, slowRandom);
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

  /**
   * Each look says that 10 ms went by, and a key takes some hundred of them. DSA, whose parameters
   * the library knows, and curves take milliseconds.
   */
  @ParameterizedTest
  @ValueSource(strings = {"{{ genPrivateKey \"rsa\" }}", "{{ (genCA \"a\" 1).Key }}"})
  void keyGenerationEndsWhereItsTimeDoes(String template) throws TemplateException {
    AtomicLong looks = new AtomicLong();
    Duration soon = Duration.ofMillis(40);
    Allowance standard = Allowance.STANDARD;
    Rendering rendering =
        new Rendering(
            new Allowance(
                standard.input(),
                standard.output(),
                standard.memory(),
                standard.steps(),
                standard.depth(),
                standard.time(),
                soon),
            InstantSource.fixed(Instant.EPOCH),
            () -> looks.incrementAndGet() * Duration.ofMillis(10).toNanos(),
            new SecureRandom());
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(() -> Template.parse("t", template).render(DATA, rendering))
        .withMessageContaining("takes longer than the " + soon + " that are allowed")
        .matches(e -> e.kind() == TemplateException.Kind.LIMIT);
    assertThat(looks.get()).isLessThan(20);
  }

  @Test
  void whatLooksExpensiveAndIsNotIsRendered() throws TemplateException {
    for (String template :
        new String[] {
          "{{ trimAll (print (repeat 1000000 \"a\") \"b\") (repeat 1000000 \"b\") }}",
          "{{ filterPEM \"X\" (print (repeat 50000 \"-----BEGIN a:-----\\n-----END a:\\n\") \"-----BEGIN X-----\\nAAAA\\n-----END X-----\\n\") | trunc 0 }}",
          "{{ if gt (float64 (print \"0x\" (repeat 1000000 \"0\") \"1p1\")) 3.0 }}x{{ end }}",
          "{{ if fromJson (repeat 1000000 \"1\") }}{{ end }}",
          "{{ if atoi (repeat 1000000 \"1\") }}{{ end }}"
        }) {
      assertThat(Template.parse("t", template).render(DATA, within(Allowance.STANDARD)))
          .as(template)
          .isEmpty();
    }
  }

  @Test
  void manyTemplatesShareTheStepsButEachHasItsOwnMemory() throws TemplateException {
    Budget shared = new Budget(Allowance.STANDARD, TemplateLimitsTest::cpuTime);
    Template half = Template.parse("t", "{{ if repeat 4000000 .a }}{{ end }}x");
    Map<String, byte[]> data = Map.of("a", new byte[] {'a'});
    for (int i = 0; i < 10; i++) {
      assertThat(half.render(Template.data(data), within(Allowance.STANDARD), shared)).hasSize(1);
    }
    Template large = Template.parse("t", "{{ repeat 1000000 .a }}");
    assertThatExceptionOfType(TemplateException.class)
        .as("what is kept of each is counted")
        .isThrownBy(
            () -> {
              for (int i = 0; i < 20; i++) {
                large.render(Template.data(data), within(Allowance.STANDARD), shared);
              }
            })
        .matches(e -> e.kind() == TemplateException.Kind.LIMIT);
  }

  /** Depth that a failed document had reached is not kept. */
  @Test
  void documentsThatCannotBeReadMayBeMany() throws TemplateException {
    String text =
        "{{ range until 300 }}{{ $_ := fromJson \"[[x\" }}{{ $_ = fromYaml \"a: [[}\" }}{{ $_ = toJson (list (float64 \"NaN\")) }}{{ end }}";
    assertThat(Template.parse("t", text).render(DATA, within(Allowance.STANDARD))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ date \"2006\" 9223372036854775807 }}",
        "{{ dateInZone \"2006\" 31556889864403199 \"Asia/Tokyo\" }}",
        "{{ range until 2000 }}{{ $d := toDate \"2006\" \"9999\" }}{{ range until 2000 }}{{ $d = $d.AddDate 1000000 0 0 }}{{ end }}{{ end }}"
      })
  void datesEndWhereJavasEnd(String template) {
    try {
      Template.parse("t", template).render(DATA, within(Allowance.STANDARD));
    } catch (TemplateException e) {
      assertThat(e.reason()).endsWith("a date or a number is out of range");
    }
  }

  /** The stack of a reconciler's thread has twice as much. */
  @ParameterizedTest
  @MethodSource("deep")
  void nestingDoesNotOverflowASmallStack(String template) throws InterruptedException {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread thread =
        new Thread(
            null,
            () -> {
              try {
                Template.parse("t", template).render(DATA, within(Allowance.STANDARD));
              } catch (Throwable t) {
                thrown.set(t);
              }
            },
            "small",
            512 * 1024);
    thread.start();
    thread.join();
    if (thrown.get() != null) {
      assertThat(thrown.get()).isInstanceOf(TemplateException.class);
    }
  }

  static Stream<String> deep() {
    String circle = "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}";
    return Stream.of(
        "{{ " + "(print ".repeat(190) + ")".repeat(190) + " }}",
        "{{ if true }}".repeat(190) + "{{ end }}".repeat(190),
        "{{ range list 1 }}".repeat(60) + "x" + "{{ end }}".repeat(60),
        "{{ if true }}{{ else if true }}" + "{{ else if true }}".repeat(180) + "{{ end }}",
        "{{ define \"x\" }}{{ range list 1 }}{{ if true }}{{ template \"x\" }}{{ end }}{{ end }}{{ end }}{{ template \"x\" }}",
        circle + "{{ $d }}",
        circle + "{{ toJson $d }}",
        circle + "{{ toYaml $d }}",
        circle + "{{ deepCopy $d }}",
        "{{ fromJson (repeat 1000 \"[\") }}",
        "{{ fromYaml (print \"a: \" (repeat 1000 \"[\")) }}",
        "{{ regexMatch (print (repeat 5000 \"(\") \"a\" (repeat 5000 \")\")) \"a\" }}",
        "{{ regexMatch (print (repeat 900 \"(\") \"a\" (repeat 900 \")*\")) \"a\" }}",
        "{{ certSANs (print \"-----BEGIN X-----\\n\" (b64enc (repeat 20000 \"\\x30\\x80\")) \"\\n-----END X-----\") }}",
        "{{ pkcs12key (repeat 20000 \"\\x30\\x80\") }}");
  }
}
