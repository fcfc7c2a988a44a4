package dev.keyturn.gotemplate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.gotemplate.TemplateCorpus.Case;
import dev.keyturn.gotemplate.TemplateCorpus.Outcome;
import dev.keyturn.render.GoOracle;
import dev.keyturn.render.GoOracle.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Every template of the corpus gives what Go gives, byte for byte, or fails where Go fails. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("one core: all of these compute, while others wait")
class TemplateCorpusIT {

  private static GoOracle go;

  @BeforeAll
  static void start() {
    go = GoOracle.start();
  }

  @AfterAll
  static void stop() {
    go.close();
  }

  @TestFactory
  Stream<DynamicTest> rendersAsGoDoes() throws IOException {
    List<Case> cases = new ArrayList<>(TemplateCorpus.load());
    cases.addAll(TemplateCorpus.documented());
    return cases.stream()
        .map(one -> DynamicTest.dynamicTest(one.file() + ": " + one.template(), () -> check(one)));
  }

  @Test
  void isLargeEnoughToMeanSomething() throws IOException {
    assertThat(TemplateCorpus.load()).hasSizeGreaterThanOrEqualTo(800);
  }

  @Test
  void theRecordingIsWhatGoSays() throws IOException {
    Recording said = new Recording();
    for (Case one : TemplateCorpus.load()) {
      said.put(
          one,
          switch (go.template(one.template().getBytes(StandardCharsets.UTF_8), one.bytes())) {
            case Answer.Output output -> Optional.of(output.latin1());
            case Answer.Failure _ -> Optional.empty();
          });
    }
    if (Boolean.getBoolean("keyturn.record")) {
      said.save();
    }
    assertThat(Recording.load().equals(said))
        .as("go.json is up to date; if not, run this test with -Dkeyturn.record=true")
        .isTrue();
  }

  private static void check(Case one) {
    Answer expected = go.template(one.template().getBytes(StandardCharsets.UTF_8), one.bytes());
    Outcome actual = TemplateCorpus.render(one.template(), one.bytes());
    switch (expected) {
      case Answer.Failure failure ->
          assertThat(actual).as("Go: " + failure.message()).isInstanceOf(Outcome.Failed.class);
      case Answer.Output output ->
          assertThat(actual).isEqualTo(new Outcome.Rendered(output.latin1()));
    }
  }
}
