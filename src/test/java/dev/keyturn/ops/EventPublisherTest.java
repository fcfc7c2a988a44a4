package dev.keyturn.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventPublisherTest {
  @ParameterizedTest
  @ValueSource(strings = {"x", "ä", "…", "🔑"})
  void a_message_has_as_many_bytes_as_the_api_server_takes(String character) {
    for (int length : new int[] {256, 341, 342, 512, 513, 1024, 1025, 5000}) {
      String message = character.repeat(length);
      String told = EventPublisher.shortened(message);
      int bytes = told.getBytes(StandardCharsets.UTF_8).length;
      assertThat(bytes).isLessThanOrEqualTo(1024);
      if (!told.equals(message)) {
        assertThat(told).endsWith("…").startsWith(character).doesNotContain("\ufffd");
        assertThat(bytes).isGreaterThan(1017);
      }
    }
  }

  @Test
  void what_fits_is_told_whole() {
    assertThat(EventPublisher.shortened("x".repeat(1024))).isEqualTo("x".repeat(1024));
  }
}
