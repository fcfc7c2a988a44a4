package dev.keyturn.aws;

import static dev.keyturn.aws.SecretsManagerContract.failure;
import static dev.keyturn.aws.SecretsManagerContract.found;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.source.Find;
import dev.keyturn.source.Identity;
import dev.keyturn.source.SecretRef;
import dev.keyturn.source.SecretRef.Part;
import dev.keyturn.source.SecretSource;
import dev.keyturn.source.SecretValue;
import dev.keyturn.source.Service;
import dev.keyturn.source.SourceFailure;
import dev.keyturn.source.Version;
import dev.keyturn.testbed.AwsAccount;
import dev.keyturn.testbed.Emulators;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.ParameterType;
import software.amazon.awssdk.services.ssm.model.Tag;

/** Relies on moto for Parameter Store. */
class ParameterStoreOnMotoIT {
  private final AwsAccount account = Emulators.shared().newMotoAccount();
  private final SsmClient admin = account.ssm();
  private final Identity identity =
      Identities.of(Service.PARAMETER_STORE, account.endpoint(), Identities.KEYS);
  private final SecretSource source =
      SecretsManagerContract.source(new FixedKeys(account.credentials()));

  @Test
  void readsEveryTypeByNameAndArn() {
    put("/app/plain", "text", ParameterType.STRING);
    put("/app/list", "a,b", ParameterType.STRING_LIST);
    put("/app/secure", "s3cret", ParameterType.SECURE_STRING);
    put("bare", "x", ParameterType.STRING);
    String arn = "arn:aws:ssm:eu-central-1:%s:parameter/app/secure".formatted(account.id());
    assertThat(text("/app/plain")).isEqualTo("text");
    assertThat(text("/app/list")).isEqualTo("a,b");
    assertThat(text("/app/secure")).isEqualTo("s3cret");
    assertThat(text("bare")).isEqualTo("x");
    assertThat(text(arn)).isEqualTo("s3cret");
  }

  @Test
  void readsVersionsAndLabelsTogetherWithTheNewest() {
    put("/app/db", "one", ParameterType.SECURE_STRING);
    put("/app/db", "two", ParameterType.SECURE_STRING);
    admin.labelParameterVersion(r -> r.name("/app/db").parameterVersion(1L).labels("blue"));
    SecretRef newest = SecretRef.current("/app/db");
    SecretRef first = new SecretRef("/app/db", new Version.Exact("1"), Part.VALUE);
    SecretRef blue = new SecretRef("/app/db", new Version.Stage("blue"), Part.VALUE);
    var answers = source.read(identity, Set.of(newest, first, blue));
    assertThat(found(answers.get(newest)).text()).contains("two");
    assertThat(found(answers.get(first)).text()).contains("one");
    assertThat(found(answers.get(blue)).text()).contains("one");
    assertThat(found(answers.get(newest)).versionId()).startsWith("2@");
    assertThat(found(source.look(identity, Set.of(newest)).get(newest)).versionId())
        .isEqualTo(found(answers.get(newest)).versionId());
  }

  @Test
  void aMissingParameterOrVersionDoesNotHurtTheOthers() {
    put("/app/db", "one", ParameterType.STRING);
    SecretRef there = SecretRef.current("/app/db");
    SecretRef missing = SecretRef.current("/app/missing");
    SecretRef noVersion = new SecretRef("/app/db", new Version.Exact("7"), Part.VALUE);
    var answers = source.read(identity, Set.of(there, missing, noVersion));
    assertThat(found(answers.get(there)).text()).contains("one");
    assertThat(failure(answers.get(missing))).isInstanceOf(SourceFailure.NotFound.class);
    assertThat(failure(answers.get(noVersion))).isInstanceOf(SourceFailure.NotFound.class);
  }

  @Test
  void readsTwentyFiveParameters() {
    IntStream.range(0, 25).forEach(i -> put("/many/" + i, "v" + i, ParameterType.STRING));
    Set<SecretRef> refs =
        IntStream.range(0, 25)
            .mapToObj(i -> SecretRef.current("/many/" + i))
            .collect(Collectors.toSet());
    var answers = source.read(identity, refs);
    assertThat(answers).hasSize(25);
    answers.forEach(
        (ref, answer) -> assertThat(found(answer).text()).contains("v" + ref.key().substring(6)));
  }

  @Test
  void readsTagsByNameAndArn() {
    tagged("/app/tagged", Map.of("team", "shop", "env", "prod"));
    String arn = "arn:aws:ssm:eu-central-1:%s:parameter/app/tagged".formatted(account.id());
    for (String key : List.of("/app/tagged", arn)) {
      SecretRef tags = new SecretRef(key, new Version.Current(), Part.TAGS);
      assertThat(read(tags).text()).contains("{\"env\":\"prod\",\"team\":\"shop\"}");
    }
  }

  @Test
  void findsByPathNameAndTagsTogether() {
    tagged("/prod/db", Map.of("team", "shop"));
    tagged("/prod/deep/db", Map.of("team", "shopping"));
    tagged("/production/db", Map.of("team", "shop"));
    tagged("/prod/mq", Map.of("team", "shop"));
    assertThat(find(Optional.of("db$"), Map.of(), Optional.of("/prod")))
        .containsExactly("/prod/db", "/prod/deep/db");
    assertThat(find(Optional.empty(), Map.of("team", "shop"), Optional.of("/prod/")))
        .containsExactly("/prod/db", "/prod/mq");
    assertThat(find(Optional.of("db"), Map.of("team", "shop"), Optional.empty()))
        .containsExactly("/prod/db", "/production/db");
  }

  private List<String> find(
      Optional<String> name, Map<String, String> tags, Optional<String> path) {
    return found(source.find(identity, new Find(name, tags, path)));
  }

  private String text(String key) {
    return read(SecretRef.current(key)).text().orElseThrow();
  }

  private SecretValue read(SecretRef ref) {
    return found(source.read(identity, Set.of(ref)).get(ref));
  }

  private void put(String name, String value, ParameterType type) {
    admin.putParameter(r -> r.name(name).value(value).type(type).overwrite(true));
  }

  private void tagged(String name, Map<String, String> tags) {
    List<Tag> all =
        tags.entrySet().stream()
            .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
            .toList();
    admin.putParameter(r -> r.name(name).value("v").type(ParameterType.STRING).tags(all));
  }
}
