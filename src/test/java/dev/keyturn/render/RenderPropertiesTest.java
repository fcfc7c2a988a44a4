package dev.keyturn.render;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.ConversionStrategy;
import dev.keyturn.api.DecodingStrategy;
import dev.keyturn.source.KeyedHash;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/** What holds for every input. */
class RenderPropertiesTest {
  private static final KeyedHash HASH = new KeyedHash("k", new byte[32]);

  @Property(tries = 500)
  void whatIsTakenOutOfJsonKeepsItsBytes(@ForAll @Size(max = 6) List<@From("raw") String> values) {
    StringBuilder json = new StringBuilder("{");
    for (int i = 0; i < values.size(); i++) {
      json.append(i == 0 ? "" : " ,\n")
          .append("\"k")
          .append(i)
          .append("\" :\t")
          .append(values.get(i));
    }
    JsonText parsed = JsonText.parse(json.append("}").toString().getBytes(UTF_8)).orElseThrow();
    for (int i = 0; i < values.size(); i++) {
      Optional<JsonText> value = new PropertyPath("k" + i).in(parsed, _ -> {});
      assertThat(new String(value.orElseThrow().raw(), UTF_8)).isEqualTo(values.get(i));
    }
    assertThat(parsed.members()).hasSize(values.size());
  }

  @Provide
  Arbitrary<String> raw() {
    return raw(3);
  }

  private static Arbitrary<String> raw(int depth) {
    Arbitrary<String> leaf =
        Arbitraries.of(
            "0",
            "-1.50",
            "12345678901234567890123",
            "true",
            "null",
            "\"a\\\"}\"",
            "\"\u00fc\"",
            "{}",
            "[ ]");
    if (depth == 0) {
      return leaf;
    }
    Arbitrary<String> inner = raw(depth - 1);
    return Arbitraries.oneOf(
        leaf,
        Combinators.combine(inner, inner).as((a, b) -> "{ \"x\":" + a + ",\"x\" : " + b + "}"),
        inner.list().ofMaxSize(3).map(all -> "[" + String.join(" , ", all) + "]"));
  }

  @Property(tries = 500)
  void decodingUndoesEncoding(@ForAll byte[] bytes) {
    byte[] standard = Base64.getEncoder().encode(bytes);
    byte[] url = Base64.getUrlEncoder().encode(bytes);
    assertThat(Decoding.decode(DecodingStrategy.BASE64, standard)).hasValue(bytes);
    assertThat(Decoding.decode(DecodingStrategy.BASE64_URL, url)).hasValue(bytes);
    assertThat(Decoding.decode(DecodingStrategy.AUTO, standard)).hasValue(bytes);
    assertThat(Decoding.decode(DecodingStrategy.AUTO, url)).hasValue(bytes);
    assertThat(Decoding.decode(DecodingStrategy.NONE, bytes)).hasValue(bytes);
    assertThat(Decoding.decode(DecodingStrategy.AUTO, bytes)).isPresent();
    assertThat(Decoding.decode(DecodingStrategy.BASE64, Base64.getMimeEncoder().encode(bytes)))
        .hasValue(bytes);
  }

  @Property(tries = 500)
  void convertedNamesAreKeysOrCollide(
      @ForAll Set<@From("name") String> names, @ForAll ConversionStrategy strategy) {
    Map<String, byte[]> values = new LinkedHashMap<>();
    names.forEach(name -> values.put(name, name.getBytes(UTF_8)));
    Set<String> converted = new HashSet<>();
    boolean collides = false;
    for (String name : names) {
      collides |= !converted.add(KeyName.convert(strategy, name));
    }
    try {
      Map<String, byte[]> renamed =
          KeyChanges.rename("here", values, name -> KeyName.convert(strategy, name));
      assertThat(collides).isFalse();
      assertThat(renamed.keySet()).isEqualTo(converted);
      renamed.forEach(
          (key, value) -> assertThat(KeyName.isValid(key) || key.startsWith(".")).isTrue());
    } catch (RenderException e) {
      assertThat(collides).isTrue();
      assertThat(e.failure()).isInstanceOf(RenderFailure.KeyCollision.class);
    }
  }

  @Provide
  Arbitrary<String> name() {
    return Arbitraries.strings()
        .withChars('a', 'B', '0', '-', '_', '.', '/', ' ', '\u00fc', '\u4e2d')
        .ofMinLength(1)
        .ofMaxLength(4);
  }

  @Property(tries = 300)
  void equalDigestsMeanEqualContent(
      @ForAll @Size(max = 3) Map<@From("name") String, byte[]> one,
      @ForAll @Size(max = 3) Map<@From("name") String, byte[]> other) {
    boolean same = data(one).equals(data(other));
    assertThat(data(one).digest(HASH).overall(HASH).equals(data(other).digest(HASH).overall(HASH)))
        .isEqualTo(same);
    assertThat(data(one)).isEqualTo(data(one));
  }

  private static SecretData data(Map<String, byte[]> data) {
    return new SecretData(
        new TreeMap<>(data),
        new TreeSet<>(),
        "Opaque",
        new TreeMap<>(),
        new TreeMap<>(),
        List.of(),
        false);
  }
}
