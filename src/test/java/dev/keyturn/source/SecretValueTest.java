package dev.keyturn.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SecretValueTest {
  private static final String PLANTED = "planted-in-the-value";

  @Test
  void aValueIsNamedAndNotShown() {
    SecretValue value = value(PLANTED.getBytes(StandardCharsets.UTF_8));
    assertThat(value.toString()).contains("app/db", "v1").doesNotContain(PLANTED);
    assertThat(value.mark(FakeSource.hash()).toString()).contains("v1").doesNotContain(PLANTED);
  }

  @Test
  void credentialsAreNotShown() {
    assertThat(new StaticCredentials(PLANTED, PLANTED, Optional.of(PLANTED)).toString())
        .contains("redacted")
        .doesNotContain(PLANTED);
  }

  @Test
  void bytesThatAreNoTextAreNotMadeOne() {
    assertThat(value("é".getBytes(StandardCharsets.UTF_8)).text()).contains("é");
    assertThat(value("é".getBytes(StandardCharsets.ISO_8859_1)).text()).isEmpty();
  }

  @Test
  void itTellsWhichVersionItIs() {
    SecretValue value = value(new byte[] {1});
    assertThat(value.name()).isEqualTo("app/db");
    assertThat(value.arn()).isEqualTo("arn:aws:db");
    assertThat(value.versionId()).isEqualTo("v1");
    assertThat(value.stages()).containsExactly("AWSCURRENT");
  }

  private static SecretValue value(byte[] bytes) {
    return new SecretValue("app/db", "arn:aws:db", "v1", Set.of("AWSCURRENT"), bytes);
  }
}
