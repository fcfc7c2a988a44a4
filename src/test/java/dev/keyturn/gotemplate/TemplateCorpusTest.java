package dev.keyturn.gotemplate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.gotemplate.TemplateCorpus.Case;
import dev.keyturn.gotemplate.TemplateCorpus.Outcome;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The corpus against what Go was recorded to say; TemplateCorpusIT asks Go itself. A file is one
 * test: PIT runs each test of its own, which takes longer than rendering a template.
 */
class TemplateCorpusTest {

  private static final int SHOWN = 20;

  private static Recording recording;

  @BeforeAll
  static void load() throws IOException {
    if (recording == null) {
      recording = Recording.load();
    }
  }

  static Stream<String> files() throws IOException {
    return TemplateCorpus.load().stream().map(Case::file).distinct();
  }

  @ParameterizedTest
  @MethodSource("files")
  void rendersAsGoDid(String file) throws IOException {
    List<String> differences =
        TemplateCorpus.load().stream()
            .filter(one -> one.file().equals(file))
            .flatMap(one -> difference(one).stream())
            .limit(SHOWN)
            .toList();
    assertThat(differences).isEmpty();
  }

  private static Optional<String> difference(Case one) {
    Outcome actual = TemplateCorpus.render(one.template(), one.bytes());
    Optional<String> expected = recording.get(one);
    boolean same =
        switch (actual) {
          case Outcome.Rendered(String latin1) -> expected.equals(Optional.of(latin1));
          case Outcome.Failed _ -> expected.isEmpty();
        };
    return same
        ? Optional.empty()
        : Optional.of(one.template() + "\nGo: " + expected.orElse("fails") + "\nhere: " + actual);
  }
}
