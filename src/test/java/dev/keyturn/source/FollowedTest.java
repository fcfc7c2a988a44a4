package dev.keyturn.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.source.SecretRef.Part;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is polled, and how many of it go into one call. */
class FollowedTest {
  private static final Version CURRENT = new Version.Current();
  private static final Version LABEL = new Version.Stage("AWSPREVIOUS");
  private static final Version EXACT = new Version.Exact("1");

  static Stream<Arguments> references() {
    return Stream.of(
        Arguments.of(Service.SECRETS_MANAGER, CURRENT, Part.VALUE, false, 20),
        Arguments.of(Service.SECRETS_MANAGER, LABEL, Part.VALUE, false, 1),
        Arguments.of(Service.SECRETS_MANAGER, EXACT, Part.VALUE, true, 1),
        Arguments.of(Service.SECRETS_MANAGER, CURRENT, Part.TAGS, false, 1),
        Arguments.of(Service.SECRETS_MANAGER, EXACT, Part.TAGS, false, 1),
        Arguments.of(Service.PARAMETER_STORE, CURRENT, Part.VALUE, false, 10),
        Arguments.of(Service.PARAMETER_STORE, LABEL, Part.VALUE, false, 10),
        Arguments.of(Service.PARAMETER_STORE, EXACT, Part.VALUE, true, 10));
  }

  @ParameterizedTest(name = "{0} {1} {2}: never changes {3}, {4} a call")
  @MethodSource("references")
  void references(Service service, Version version, Part part, boolean pinned, int batchSize) {
    Reference reference =
        new Reference(
            FakeSource.identity(service, "eu-central-1"), new SecretRef("db", version, part));
    assertThat(reference.pinned()).isEqualTo(pinned);
    assertThat(reference.batchSize()).isEqualTo(batchSize);
  }

  @Test
  void whatASearchFindsChanges() {
    Find find = new Find(Optional.of("db"), Map.of(), Optional.empty());
    assertThat(new Search(FakeSource.identity("eu-central-1"), find).pinned()).isFalse();
  }
}
