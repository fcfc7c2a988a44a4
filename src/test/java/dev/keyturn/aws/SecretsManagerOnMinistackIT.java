package dev.keyturn.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.source.SecretRef;
import dev.keyturn.source.SecretRef.Part;
import dev.keyturn.source.SourceFailure;
import dev.keyturn.source.Version;
import dev.keyturn.testbed.AwsAccount;
import dev.keyturn.testbed.Emulators;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Relies on ministack for staging labels, deletion and errors. */
class SecretsManagerOnMinistackIT extends SecretsManagerContract {
  @Override
  AwsAccount newAccount() {
    return Emulators.shared().newMinistackAccount();
  }

  @Test
  void readsAndLooksAtStages() {
    create("app/db", "one");
    create("other", "x");
    String first = read(SecretRef.current("app/db")).versionId();
    String second = admin.putSecretValue(r -> r.secretId("app/db").secretString("two")).versionId();
    admin.updateSecretVersionStage(
        r -> r.secretId("app/db").versionStage("BLUE").moveToVersionId(first));
    SecretRef previous = stage("AWSPREVIOUS");
    SecretRef blue = stage("BLUE");
    SecretRef current = SecretRef.current("app/db");
    SecretRef other = SecretRef.current("other");
    var values = source.read(identity, Set.of(previous, blue, current, other));
    assertThat(found(values.get(previous)).text()).contains("one");
    assertThat(found(values.get(blue)).text()).contains("one");
    assertThat(found(values.get(current)).text()).contains("two");
    var marks = source.look(identity, Set.of(previous, blue, current, other));
    assertThat(found(marks.get(previous)).versionId()).isEqualTo(first);
    assertThat(found(marks.get(blue)).stages()).contains("BLUE", "AWSPREVIOUS");
    assertThat(found(marks.get(current)).versionId()).isEqualTo(second);
  }

  @Test
  void followsALabelThatIsMovedBack() {
    create("app/db", "one");
    create("other", "x");
    String first = read(SecretRef.current("app/db")).versionId();
    String second = admin.putSecretValue(r -> r.secretId("app/db").secretString("two")).versionId();
    admin.updateSecretVersionStage(
        r ->
            r.secretId("app/db")
                .versionStage("AWSCURRENT")
                .moveToVersionId(first)
                .removeFromVersionId(second));
    SecretRef current = SecretRef.current("app/db");
    SecretRef other = SecretRef.current("other");
    assertThat(read(current).text()).contains("one");
    assertThat(found(source.read(identity, Set.of(current, other)).get(current)).text())
        .contains("one");
    assertThat(found(source.look(identity, Set.of(current, other)).get(current)).versionId())
        .isEqualTo(first);
  }

  @Test
  void aSecretMarkedForDeletionSaysSoHoweverItIsAsked() {
    create("app/db", "one");
    create("other", "x");
    admin.deleteSecret(r -> r.secretId("app/db").recoveryWindowInDays(7L));
    SecretRef current = SecretRef.current("app/db");
    SecretRef other = SecretRef.current("other");
    SecretRef tags = new SecretRef("app/db", new Version.Current(), Part.TAGS);
    assertThat(failure(source.read(identity, Set.of(current)).get(current)))
        .isInstanceOf(SourceFailure.MarkedForDeletion.class);
    var together = source.read(identity, Set.of(current, other, tags));
    assertThat(failure(together.get(current))).isInstanceOf(SourceFailure.MarkedForDeletion.class);
    assertThat(failure(together.get(tags))).isInstanceOf(SourceFailure.MarkedForDeletion.class);
    assertThat(found(together.get(other)).text()).contains("x");
  }

  private static SecretRef stage(String label) {
    return new SecretRef("app/db", new Version.Stage(label), Part.VALUE);
  }
}
