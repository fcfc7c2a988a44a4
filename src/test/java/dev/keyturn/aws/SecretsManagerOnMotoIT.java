package dev.keyturn.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.source.Find;
import dev.keyturn.source.SourceFailure;
import dev.keyturn.testbed.AwsAccount;
import dev.keyturn.testbed.Emulators;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Relies on moto for ListSecrets: filters, negation, paging. */
class SecretsManagerOnMotoIT extends SecretsManagerContract {
  @Override
  AwsAccount newAccount() {
    return Emulators.shared().newMotoAccount();
  }

  @Test
  void findsByNameUnanchored() {
    create("prod/db", "1");
    create("prod/dbx", "1");
    create("test/db", "1");
    assertThat(find(Optional.of("db$"), Map.of(), Optional.empty()))
        .containsExactly("prod/db", "test/db");
  }

  @Test
  void findsByPathNameAndTagsTogether() {
    tagged("prod/db", Map.of("team", "shop", "env", "prod"));
    tagged("prod/mq", Map.of("team", "shopping", "env", "prod"));
    tagged("prod/cache", Map.of("team", "shop"));
    tagged("test/db", Map.of("team", "shop", "env", "prod"));
    assertThat(find(Optional.empty(), Map.of("team", "shop", "env", "prod"), Optional.of("prod/")))
        .containsExactly("prod/db");
    assertThat(find(Optional.of("db"), Map.of("team", "shop"), Optional.empty()))
        .containsExactly("prod/db", "test/db");
  }

  @Test
  void aTagThatStartsWithAnExclamationMarkIsNoNegation() {
    tagged("a", Map.of("mark", "!x"));
    tagged("b", Map.of("mark", "y"));
    assertThat(find(Optional.empty(), Map.of("mark", "!x"), Optional.empty())).containsExactly("a");
  }

  @Test
  void findsThroughSeveralPages() {
    IntStream.range(0, 130).forEach(i -> create("page/%03d".formatted(i), "v"));
    assertThat(find(Optional.empty(), Map.of(), Optional.of("page/"))).hasSize(130).isSorted();
  }

  @Test
  void aPatternThatIsNotRe2IsMalformed() {
    assertThat(
            failure(
                source.find(identity, new Find(Optional.of("(?=x)"), Map.of(), Optional.empty()))))
        .isInstanceOf(SourceFailure.Malformed.class);
  }

  private List<String> find(
      Optional<String> name, Map<String, String> tags, Optional<String> path) {
    return found(source.find(identity, new Find(name, tags, path)));
  }
}
