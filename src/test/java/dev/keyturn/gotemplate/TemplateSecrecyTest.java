package dev.keyturn.gotemplate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.gotemplate.function.Function;
import dev.keyturn.gotemplate.function.Library;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each function with the secret in each place: whatever fails, fails without it. */
class TemplateSecrecyTest {

  private static final String SECRET = "hunter2-S3cr3t";

  private static final Map<String, byte[]> DATA =
      Map.of("password", SECRET.getBytes(StandardCharsets.UTF_8));

  static Stream<String> functions() {
    return Library.all().stream().map(Function::name).sorted();
  }

  @ParameterizedTest
  @MethodSource("functions")
  void neverHoldsTheSecret(String function) {
    for (String arguments :
        new String[] {
          ".password",
          ".password .password",
          "\"a\" .password",
          ".password \"a\"",
          "(list .password)",
          "(dict .password .password)",
          "\"a\" (list .password)",
          "\"a\" (dict .password .password)",
          ".password 1",
          "1 .password",
          "(printf \"%%s\" .password) .password .password",
          ".password .password .password .password",
          "1 2 .password",
          ". .",
          "(print \"-----BEGIN X-----\\n\" .password \"\\n-----END X-----\\n\")",
          "\"RSA-OAEP\" \"SHA256\" .password .password",
          ".password (list .password) (list .password) 1"
        }) {
      try {
        Template.parse("t", "{{ " + function + " " + arguments + " }}")
            .render(DATA, TemplateCorpus.RENDERING);
      } catch (TemplateException e) {
        assertThat(e.toString()).as(arguments).doesNotContain(SECRET);
        assertThat(e.getCause()).isNull();
      }
    }
  }
}
