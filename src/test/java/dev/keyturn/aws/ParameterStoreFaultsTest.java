package dev.keyturn.aws;

import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.notContaining;
import static dev.keyturn.aws.FakeAws.call;
import static dev.keyturn.aws.FakeAws.error;
import static dev.keyturn.aws.FakeAws.json;
import static dev.keyturn.aws.SecretsManagerContract.failure;
import static dev.keyturn.aws.SecretsManagerContract.found;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.source.Answer;
import dev.keyturn.source.FakeSource;
import dev.keyturn.source.Find;
import dev.keyturn.source.Identity;
import dev.keyturn.source.SecretRef;
import dev.keyturn.source.SecretValue;
import dev.keyturn.source.Service;
import dev.keyturn.source.SourceFailure;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Denials in Parameter Store, which no emulator enforces per name, as documented. */
class ParameterStoreFaultsTest {
  private static final String DENIED =
      "User: arn:aws:sts::111122223333:assumed-role/r/s is not authorized to perform:"
          + " ssm:GetParameters on resource: arn:aws:ssm:eu-central-1:111122223333:parameter/p7";

  private final FakeAws aws = new FakeAws();
  private final Identity identity =
      Identities.of(Service.PARAMETER_STORE, aws.uri(), Identities.KEYS);
  private final List<SecretRef> ten =
      IntStream.range(0, 10).mapToObj(i -> SecretRef.current("/p" + i)).toList();

  @AfterEach
  void stop() {
    aws.close();
  }

  @Test
  void aParameterWithoutATimeIsReadAndItsBytesTellItsVersion() {
    SecretRef ref = SecretRef.current("/aws/reference/secretsmanager/app/one");
    Set<String> contents = new HashSet<>();
    for (String value : List.of("1", "2", "1")) {
      aws.answer(
          call("GetParameters"),
          json(
              "{\"Parameters\":[{\"Name\":\"/aws/reference/secretsmanager/app/one\",\"Type\":\"SecureString\",\"Value\":\"%s\",\"Version\":0}]}"
                  .formatted(value)));
      SecretValue read = found(aws.source.read(identity, Set.of(ref)).get(ref));
      assertThat(read.text()).contains(value);
      contents.add(read.mark(FakeSource.hash()).content());
    }
    assertThat(contents).hasSize(2).doesNotContain("");
  }

  @Test
  void aNameThatAwsCallsInvalidIsFoundOnce() {
    aws.answer(call("GetParameters").withRequestBody(notContaining("/p7\"")), json(parameters()));
    aws.answer(
        call("GetParameters").withRequestBody(containing("/p7\"")),
        error(400, "ValidationException", "Invalid name"));
    assertThat(failure(read().get(ten.get(7)))).isInstanceOf(SourceFailure.Malformed.class);
    int halving = aws.calls("GetParameters");
    assertThat(failure(read().get(ten.get(7)))).isInstanceOf(SourceFailure.Malformed.class);
    assertThat(aws.calls("GetParameters")).isEqualTo(halving + 1);
  }

  @Test
  void aDeniedNameIsFoundByHalvingAndFromThenOnAskedForAlone() {
    aws.answer(call("GetParameters").withRequestBody(notContaining("/p7\"")), json(parameters()));
    aws.answer(
        call("GetParameters").withRequestBody(containing("/p7\"")),
        error(400, "AccessDeniedException", DENIED));
    Map<SecretRef, Answer<SecretValue>> answers = read();
    assertThat(failure(answers.get(ten.get(7)))).isInstanceOf(SourceFailure.Denied.class);
    ten.stream()
        .filter(ref -> !ref.key().equals("/p7"))
        .forEach(
            ref -> assertThat(found(answers.get(ref)).text()).contains("value of " + ref.key()));
    int halving = aws.calls("GetParameters");
    assertThat(halving).isLessThanOrEqualTo(9);

    assertThat(failure(read().get(ten.get(7)))).isInstanceOf(SourceFailure.Denied.class);
    assertThat(aws.calls("GetParameters")).isEqualTo(halving + 1);

    aws.clock.pass(Duration.ofSeconds(10));
    read();
    assertThat(aws.calls("GetParameters")).isEqualTo(halving + 3);

    aws.server().resetMappings();
    aws.answer(call("GetParameters"), json(parameters()));
    aws.clock.pass(Duration.ofSeconds(20));
    assertThat(found(read().get(ten.get(7))).text()).contains("value of /p7");
    read();
    assertThat(aws.calls("GetParameters")).isEqualTo(halving + 6);
  }

  @Test
  void aThrottledBatchFailsForAllWithoutHalving() {
    aws.answer(call("GetParameters"), error(400, "ThrottlingException", "Rate exceeded"));
    Map<SecretRef, Answer<SecretValue>> answers = read();
    ten.forEach(
        ref ->
            assertThat(failure(answers.get(ref)))
                .isInstanceOf(SourceFailure.Throttled.class)
                .returns(ref.key(), SourceFailure::subject));
    assertThat(aws.calls("GetParameters")).isLessThanOrEqualTo(3);
  }

  @Test
  void lookingAsksForNoDecryption() {
    aws.answer(call("GetParameters"), json(parameters()));
    var marks = aws.source.look(identity, Set.copyOf(ten));
    assertThat(aws.lastBody("GetParameters")).contains("\"WithDecryption\":false");
    assertThat(found(marks.get(ten.getFirst())).versionId())
        .isEqualTo(found(read().get(ten.getFirst())).versionId());
    assertThat(aws.lastBody("GetParameters")).contains("\"WithDecryption\":true");
  }

  @Test
  void aParameterMadeAnewHasAnotherVersionThoughItsNumberIsTheSame() {
    aws.answer(call("GetParameters"), json(parameters()));
    String before = found(read().get(ten.getFirst())).versionId();
    aws.answer(call("GetParameters"), json(parameters().replace("1790000000", "1790000100")));
    assertThat(found(read().get(ten.getFirst())).versionId()).isNotEqualTo(before);
  }

  @Test
  void findGoesByPathWhereDescribingIsDenied() {
    aws.answer(
        call("DescribeParameters"),
        error(
            400,
            "AccessDeniedException",
            "User: x is not authorized to perform: ssm:DescribeParameters on resource: *"));
    aws.answer(call("GetParametersByPath"), json(parameters().replace("/p", "/app/p")));
    Find find = new Find(Optional.of("[12]$"), Map.of(), Optional.of("/app"));
    assertThat(found(aws.source.find(identity, find))).containsExactly("/app/p1", "/app/p2");
    aws.source.find(identity, find);
    assertThat(aws.calls("DescribeParameters")).isEqualTo(1);
    Find tagged = new Find(Optional.empty(), Map.of("a", "b"), Optional.of("/app"));
    assertThat(failure(aws.source.find(identity, tagged))).isInstanceOf(SourceFailure.Denied.class);
  }

  private Map<SecretRef, Answer<SecretValue>> read() {
    return aws.source.read(identity, Set.copyOf(ten));
  }

  private static String parameters() {
    return IntStream.range(0, 10)
        .mapToObj(
            i ->
                """
                {"Name":"/p%1$d","Type":"SecureString","Value":"value of /p%1$d","Version":1,
                "LastModifiedDate":1790000000,"ARN":"arn:aws:ssm:eu-central-1:111122223333:parameter/p%1$d"}\
                """
                    .formatted(i))
        .collect(Collectors.joining(",", "{\"Parameters\":[", "],\"InvalidParameters\":[]}"));
  }
}
