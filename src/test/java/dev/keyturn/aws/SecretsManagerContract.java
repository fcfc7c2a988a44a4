package dev.keyturn.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.aws.identity.Connections;
import dev.keyturn.ops.AwsCalls;
import dev.keyturn.source.Answer;
import dev.keyturn.source.Identity;
import dev.keyturn.source.SecretRef;
import dev.keyturn.source.SecretRef.Part;
import dev.keyturn.source.SecretSource;
import dev.keyturn.source.SecretValue;
import dev.keyturn.source.Service;
import dev.keyturn.source.SourceFailure;
import dev.keyturn.source.Version;
import dev.keyturn.source.VersionMark;
import dev.keyturn.testbed.AwsAccount;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.Tag;

/** What both emulators have right; what only one has is in the class that runs on it. */
public abstract class SecretsManagerContract {
  AwsAccount account;
  SecretsManagerClient admin;
  Identity identity;
  SecretSource source;

  abstract AwsAccount newAccount();

  @BeforeEach
  void takeAnAccount() {
    account = newAccount();
    admin = account.secretsManager();
    identity = Identities.of(Service.SECRETS_MANAGER, account.endpoint(), Identities.KEYS);
    source = source(new FixedKeys(account.credentials()));
  }

  public static SecretSource source(FixedKeys keys) {
    return AwsSource.over(
        Connections.open(
            Clock.systemUTC(),
            Clock.systemUTC(),
            Thread::sleep,
            keys,
            AnonymousCredentialsProvider.create(),
            new AwsCalls(new SimpleMeterRegistry()),
            Thread::startVirtualThread));
  }

  @Test
  void readsOneSecretByNameArnAndPartialArn() {
    String arn = create("app/db", "s3cret");
    String partial = arn.substring(0, arn.length() - 7);
    for (String key : List.of("app/db", arn, partial)) {
      SecretValue value = read(SecretRef.current(key));
      assertThat(value.text()).contains("s3cret");
      assertThat(value.name()).isEqualTo("app/db");
      assertThat(value.arn()).isEqualTo(arn);
      assertThat(value.stages()).contains("AWSCURRENT");
    }
  }

  @Test
  void readsNameArnAndPartialArnOfOneSecretInOneRequest() {
    String arn = create("app/db", "s3cret");
    SecretRef name = SecretRef.current("app/db");
    SecretRef whole = SecretRef.current(arn);
    SecretRef partial = SecretRef.current(arn.substring(0, arn.length() - 7));
    var answers = source.read(identity, Set.of(name, whole, partial));
    assertThat(answers).containsOnlyKeys(name, whole, partial);
    assertThat(answers.values()).allSatisfy(a -> assertThat(found(a).text()).contains("s3cret"));
  }

  @Test
  void readsFortyFiveSecrets() {
    Set<SecretRef> refs = new LinkedHashSet<>();
    IntStream.range(0, 45)
        .forEach(
            i -> {
              create("many/" + i, "value-" + i);
              refs.add(SecretRef.current("many/" + i));
            });
    var answers = source.read(identity, refs);
    assertThat(answers).hasSize(45);
    answers.forEach(
        (ref, answer) ->
            assertThat(found(answer).text())
                .contains("value-" + ref.key().substring("many/".length())));
  }

  @Test
  void readsBinaryAsItsBytes() {
    byte[] bytes = {0, (byte) 0xff, 1};
    admin.createSecret(r -> r.name("bin").secretBinary(SdkBytes.fromByteArray(bytes)));
    assertThat(read(SecretRef.current("bin")).bytes()).isEqualTo(bytes);
    create("text", "x");
    var both = source.read(identity, Set.of(SecretRef.current("bin"), SecretRef.current("text")));
    assertThat(found(both.get(SecretRef.current("bin"))).bytes()).isEqualTo(bytes);
  }

  @Test
  void readsAVersionById() {
    create("app/db", "one");
    String first = read(SecretRef.current("app/db")).versionId();
    admin.putSecretValue(r -> r.secretId("app/db").secretString("two"));
    SecretRef pinned = new SecretRef("app/db", new Version.Exact(first), Part.VALUE);
    assertThat(read(pinned).text()).contains("one");
  }

  @Test
  void aMissingSecretIsNotFoundAndDoesNotHurtTheOthers() {
    create("there", "value");
    SecretRef there = SecretRef.current("there");
    SecretRef missing = SecretRef.current("missing");
    var answers = source.read(identity, Set.of(there, missing));
    assertThat(found(answers.get(there)).text()).contains("value");
    assertThat(failure(answers.get(missing)))
        .isInstanceOf(SourceFailure.NotFound.class)
        .returns("missing", SourceFailure::subject);
  }

  @Test
  void aMissingVersionSaysSo() {
    create("app/db", "value");
    SecretRef stage = new SecretRef("app/db", new Version.Stage("NOSUCH"), Part.VALUE);
    assertThat(failure(source.read(identity, Set.of(stage)).get(stage)))
        .isInstanceOf(SourceFailure.NotFound.class);
  }

  @Test
  void readsTagsAsSortedJson() {
    tagged("tagged", Map.of("zone", "b\"1", "app", "shop"));
    SecretRef tags = new SecretRef("tagged", new Version.Current(), Part.TAGS);
    SecretValue value = read(tags);
    assertThat(value.text()).contains("{\"app\":\"shop\",\"zone\":\"b\\\"1\"}");
    VersionMark mark = found(source.look(identity, Set.of(tags)).get(tags));
    assertThat(mark.versionId()).isEqualTo(value.versionId());
  }

  @Test
  void looksAtCurrentVersionsWithoutKeepingValues() {
    create("a", "1");
    create("b", "2");
    SecretRef a = SecretRef.current("a");
    SecretRef b = SecretRef.current("b");
    Map<SecretRef, Answer<VersionMark>> marks = source.look(identity, Set.of(a, b));
    assertThat(found(marks.get(a)).versionId()).isEqualTo(read(a).versionId());
    assertThat(found(marks.get(b)).versionId()).isEqualTo(read(b).versionId());
    assertThat(found(source.look(identity, Set.of(a)).get(a)).versionId())
        .isEqualTo(read(a).versionId());
  }

  String create(String name, String value) {
    return admin.createSecret(r -> r.name(name).secretString(value)).arn();
  }

  void tagged(String name, Map<String, String> tags) {
    List<Tag> all =
        tags.entrySet().stream()
            .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
            .toList();
    admin.createSecret(r -> r.name(name).secretString("v").tags(all));
  }

  SecretValue read(SecretRef ref) {
    return found(source.read(identity, Set.of(ref)).get(ref));
  }

  public static <T> T found(Answer<T> answer) {
    assertThat(answer).isInstanceOf(Answer.Found.class);
    return ((Answer.Found<T>) answer).value();
  }

  public static SourceFailure failure(Answer<?> answer) {
    assertThat(answer).isInstanceOf(Answer.Failed.class);
    return ((Answer.Failed<?>) answer).failure();
  }
}
