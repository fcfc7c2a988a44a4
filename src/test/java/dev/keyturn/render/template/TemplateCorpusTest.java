package dev.keyturn.render.template;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.render.template.TemplateCorpus.Case;
import dev.keyturn.render.template.TemplateCorpus.Outcome;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The corpus against what Go was recorded to say; TemplateCorpusIT asks Go itself. */
class TemplateCorpusTest {

  private static Recording recording;

  @BeforeAll
  static void load() throws IOException {
    if (recording == null) {
      recording = Recording.load();
    }
  }

  static Stream<Case> cases() throws IOException {
    return TemplateCorpus.load().stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void rendersAsGoDid(Case one) {
    Outcome actual = TemplateCorpus.render(one.template(), one.bytes());
    Optional<String> expected = recording.get(one);
    if (expected.isPresent()) {
      assertThat(actual).isEqualTo(new Outcome.Rendered(expected.get()));
    } else {
      assertThat(actual).isInstanceOf(Outcome.Failed.class);
    }
  }
}
