package dev.keyturn.aws.parameterstore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.source.SecretRef;
import dev.keyturn.source.SecretRef.Part;
import dev.keyturn.source.Version;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.ssm.model.Parameter;

class ParameterKeyTest {
  private static final String ARN = "arn:aws:ssm:eu-central-1:111122223333:parameter/app/db";

  @ParameterizedTest
  @CsvSource({
    "/app/db,/app/db,''",
    "/app/db:3,/app/db,3",
    "db:blue,db,blue",
    ARN + "," + ARN + ",''",
    ARN + ":3," + ARN + ",3",
    "arn:aws:ssm:x:y:document/z,arn:aws:ssm:x:y:document/z,''"
  })
  void theVersionFollowsTheLastColonOfTheName(String typed, String base, String selector) {
    ParameterKey key = ParameterKey.parse(typed);
    assertThat(key).isEqualTo(new ParameterKey(base, selector));
    assertThat(key.asked()).isEqualTo(typed);
  }

  @Test
  void theVersionOfTheReferenceWinsOverTheTypedOne() {
    assertThat(of("/a", new Version.Current()).asked()).isEqualTo("/a");
    assertThat(of("/a:1", new Version.Current()).asked()).isEqualTo("/a:1");
    assertThat(of("/a:1", new Version.Exact("2")).asked()).isEqualTo("/a:2");
    assertThat(of("/a", new Version.Stage("blue")).asked()).isEqualTo("/a:blue");
  }

  @ParameterizedTest
  @CsvSource({
    ARN + ",/app/db",
    "arn:aws:ssm:eu-central-1:111122223333:parameter/db,db",
    "/app/db,/app/db",
    "db,db"
  })
  void anArnStandsForAName(String typed, String name) {
    assertThat(ParameterKey.parse(typed).name()).isEqualTo(name);
  }

  @Test
  void versionsAndSpellingsOfOneParameterMeanTheSame() {
    ParameterKey key = ParameterKey.parse("/app/db");
    assertThat(key.meansSameAs(ParameterKey.parse("/app/db:1"))).isTrue();
    assertThat(key.meansSameAs(ParameterKey.parse(ARN))).isTrue();
    assertThat(key.meansSameAs(ParameterKey.parse("app/db"))).isTrue();
    assertThat(key.meansSameAs(ParameterKey.parse("/app/db2"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "/app/db,'',3,true",
    "/app/db,:3,3,false",
    "/app/db:3,:3,3,true",
    "/app/db:3,3,3,true",
    "/app/db:3,'',3,true",
    "/app/db:3,'',4,false",
    "/app/db:3,:2,3,false",
    "/app/db:blue,:blue,3,true",
    "/app/db:blue,'',3,true",
    "/app/db:blue,:green,3,false",
    "/app/other,'',3,false",
    ARN + ",'',3,true",
    ARN + ":3,:3,3,true"
  })
  void anAnswerIsTakenOnlyForWhatWasAsked(
      String asked, String selector, long version, boolean taken) {
    Parameter parameter =
        Parameter.builder().name("/app/db").arn(ARN).selector(selector).version(version).build();
    assertThat(ParameterKey.parse(asked).isAnsweredBy(parameter)).isEqualTo(taken);
  }

  private static ParameterKey of(String key, Version version) {
    return ParameterKey.of(new SecretRef(key, version, Part.VALUE));
  }
}
