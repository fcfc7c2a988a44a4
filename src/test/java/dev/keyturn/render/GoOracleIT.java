package dev.keyturn.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.render.GoOracle.Answer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class GoOracleIT {

  @Test
  void answersEveryOperation() {
    try (GoOracle go = GoOracle.start()) {
      assertThat(
              go.template(
                  "{{ .a | upper }}{{ 1.5 }}".getBytes(StandardCharsets.UTF_8),
                  Map.of("a", "b".getBytes(StandardCharsets.UTF_8))))
          .isInstanceOfSatisfying(
              Answer.Output.class, out -> assertThat(out.text()).isEqualTo("B1.5"));
      assertThat(go.template("{{ .a }}".getBytes(StandardCharsets.UTF_8), Map.of()))
          .isInstanceOf(Answer.Failure.class);
      assertThat(go.gjson("{\"a\":{\"b\": 1}}".getBytes(StandardCharsets.UTF_8), "a"))
          .isInstanceOfSatisfying(
              Answer.Output.class, out -> assertThat(out.text()).isEqualTo("{\"b\": 1}"));
      assertThat(go.regexReplace("(a)b", "xab", "${1}c"))
          .isInstanceOfSatisfying(
              Answer.Output.class, out -> assertThat(out.text()).isEqualTo("xac"));
      assertThat(go.regexMatch("^a+$", "aa"))
          .isInstanceOfSatisfying(Answer.Output.class, out -> assertThat(out.exists()).isTrue());
    }
  }
}
