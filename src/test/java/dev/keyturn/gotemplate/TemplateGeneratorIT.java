package dev.keyturn.gotemplate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.gotemplate.TemplateCorpus.Outcome;
import dev.keyturn.render.GoOracle;
import dev.keyturn.render.GoOracle.Answer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Random templates give what Go gives. The gate tries the same ones each time; by hand: {@code
 * -Dtemplates.rounds=20} tries as many further ones for each of those.
 */
class TemplateGeneratorIT {

  private static final Map<String, byte[]> DATA = new TreeMap<>();
  private static final AtomicInteger RENDERED = new AtomicInteger();
  private static final AtomicInteger REFUSED = new AtomicInteger();

  private static GoOracle go;

  @BeforeContainer
  static void start() {
    go = GoOracle.start();
    TemplateGrammar.DATA.forEach(
        (key, value) -> DATA.put(key, value.getBytes(StandardCharsets.UTF_8)));
  }

  @AfterContainer
  static void stop() {
    go.close();
    System.out.println("generated templates: " + RENDERED + " rendered, " + REFUSED + " refused");
    // A generator that makes nothing but errors would prove nothing.
    assertThat(RENDERED.get()).isGreaterThan(REFUSED.get());
  }

  @Provide
  Arbitrary<Long> seeds() {
    return Arbitraries.randomValue(Random::nextLong);
  }

  @Property(tries = 5_000, seed = "20261124")
  void randomTemplatesGiveWhatGoGives(@ForAll("seeds") long seed) {
    givesWhatGoGives(new TemplateGrammar(new Random(seed)).template());
    Random further = new Random();
    for (int i = 0; i < Integer.getInteger("templates.rounds", 0); i++) {
      givesWhatGoGives(new TemplateGrammar(further).template());
    }
  }

  private static void givesWhatGoGives(String template) {
    Answer expected = go.template(template.getBytes(StandardCharsets.UTF_8), DATA);
    Outcome actual = TemplateCorpus.render(template, DATA);
    switch (expected) {
      case Answer.Failure failure -> {
        REFUSED.incrementAndGet();
        assertThat(actual)
            .as("Go refuses %s: %s", template, failure.message())
            .isInstanceOf(Outcome.Failed.class);
      }
      case Answer.Output output when output.text().contains("error unmarshaling") -> {
        // The message that fromYaml leaves in its map is the library's own.
      }
      case Answer.Output output -> {
        RENDERED.incrementAndGet();
        assertThat(actual).as(template).isEqualTo(new Outcome.Rendered(output.latin1()));
      }
    }
  }
}
