package dev.keyturn.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RefusedCasesTest {

  @Test
  void every_rule_has_a_case_that_breaks_it() {
    List<String> answers = Manifests.file("refused.yaml").findValuesAsText("answer");
    TreeSet<String> unbroken = new TreeSet<>();
    for (String crd : CrdFiles.generate().values()) {
      for (JsonNode rules : Manifests.read(crd).findValues("x-kubernetes-validations")) {
        for (JsonNode rule : rules) {
          String message = rule.path("message").asText();
          assertThat(message).as("message of " + rule).isNotBlank();
          if (answers.stream().noneMatch(answer -> !answer.isBlank() && message.contains(answer))) {
            unbroken.add(message);
          }
        }
      }
    }
    assertThat(unbroken).as("rules that no case in refused.yaml breaks").isEmpty();
  }
}
