package dev.keyturn.aws;

import static dev.keyturn.aws.SecretsManagerContract.failure;
import static dev.keyturn.aws.SecretsManagerContract.found;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.source.Answer;
import dev.keyturn.source.CredentialSubject;
import dev.keyturn.source.Identity;
import dev.keyturn.source.RoleHop;
import dev.keyturn.source.SecretRef;
import dev.keyturn.source.SecretSource;
import dev.keyturn.source.SecretValue;
import dev.keyturn.source.Service;
import dev.keyturn.source.SourceFailure;
import dev.keyturn.source.StaticCredentials;
import dev.keyturn.testbed.AwsAccount;
import dev.keyturn.testbed.Emulators;
import dev.keyturn.testbed.Eventually;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** Relies on ministack with AUTH for trust policies, external ids, permissions and expiry. */
class PermissionsOnMinistackIT {
  private final AwsAccount account = Emulators.shared().newMinistackAuthAccount();
  private final IamClient iam = account.iam();
  private final FixedKeys keys = new FixedKeys(account.credentials());
  private final SecretSource source = SecretsManagerContract.source(keys);
  private final CredentialSubject.WebIdentity web =
      new CredentialSubject.WebIdentity(
          "app", "reader", "uid", List.of("sts.amazonaws.com"), role("reader"), "app=store");

  @BeforeEach
  void rolesAndSecrets() {
    SecretsManagerClient admin = account.secretsManager();
    admin.createSecret(r -> r.name("app/db").secretString("s3cret"));
    admin.createSecret(r -> r.name("app/mq").secretString("s3cret2"));
    admin.createSecret(r -> r.name("other/db").secretString("hidden"));
    create(
        "reader",
        """
        {"Statement":[{"Effect":"Allow","Action":"sts:AssumeRoleWithWebIdentity",
        "Principal":{"Federated":"arn:aws:iam::%s:oidc-provider/issuer.test"},
        "Condition":{"StringEquals":{"issuer.test:sub":"system:serviceaccount:app:reader",
        "issuer.test:aud":"sts.amazonaws.com"}}}]}\
        """
            .formatted(account.id()),
        "secretsmanager:GetSecretValue\",\"sts:AssumeRole");
    create(
        "tenant",
        """
        {"Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",
        "Principal":{"AWS":"%s"},
        "Condition":{"StringEquals":{"sts:ExternalId":"external-1"}}}]}\
        """
            .formatted(role("reader")),
        "secretsmanager:GetSecretValue\",\"secretsmanager:BatchGetSecretValue");
    keys.token = token("system:serviceaccount:app:reader", "sts.amazonaws.com");
  }

  @Test
  void aServiceAccountReadsWhatItsRoleMay() {
    assertThat(found(read(identity(), "app/db")).text()).contains("s3cret");
  }

  @Test
  void aDenialNamesTheRoleAndThePermission() {
    SourceFailure denied = failure(read(identity(), "other/db"));
    assertThat(denied).isInstanceOf(SourceFailure.Denied.class);
    assertThat(((SourceFailure.Denied) denied).permission())
        .contains("secretsmanager:GetSecretValue");
    assertThat(denied.message()).contains("assumed-role/reader/app=store");
  }

  @Test
  void withoutTheBatchPermissionAllIsReadNonetheless() {
    SecretRef db = SecretRef.current("app/db");
    SecretRef mq = SecretRef.current("app/mq");
    SecretRef hidden = SecretRef.current("other/db");
    var answers = source.read(identity(), Set.of(db, mq, hidden));
    assertThat(found(answers.get(db)).text()).contains("s3cret");
    assertThat(found(answers.get(mq)).text()).contains("s3cret2");
    assertThat(failure(answers.get(hidden))).isInstanceOf(SourceFailure.Denied.class);
  }

  @Test
  void anotherServiceAccountOrAudienceIsNotTrusted() {
    keys.token = token("system:serviceaccount:app:stranger", "sts.amazonaws.com");
    assertThat(failure(read(identity(), "app/db")))
        .isInstanceOf(SourceFailure.Denied.class)
        .returns(role("reader"), SourceFailure::subject);
    keys.token = token("system:serviceaccount:app:reader", "somebody.else");
    source.forget(identity());
    assertThat(failure(read(identity(), "app/db"))).isInstanceOf(SourceFailure.Denied.class);
  }

  @Test
  void aRoleIsAssumedOnlyWithItsExternalId() {
    assertThat(found(read(identity(hop("external-1")), "app/db")).text()).contains("s3cret");
    SourceFailure denied = failure(read(identity(hop("guess")), "app/db"));
    assertThat(denied)
        .isInstanceOf(SourceFailure.Denied.class)
        .returns(role("tenant"), SourceFailure::subject);
    assertThat(denied.advice()).contains("external id");
  }

  @Test
  void anExpiredSessionTokenIsBadCredentials() {
    Identity tenant = Identities.of(Service.SECRETS_MANAGER, account.endpoint(), Identities.KEYS);
    var brief =
        account
            .sts()
            .assumeRoleWithWebIdentity(
                r ->
                    r.roleArn(role("reader"))
                        .roleSessionName("short")
                        .webIdentityToken(keys.token)
                        .durationSeconds(1))
            .credentials();
    keys.keys =
        new StaticCredentials(
            brief.accessKeyId(), brief.secretAccessKey(), Optional.of(brief.sessionToken()));
    Eventually.holds(
        () -> {
          source.forget(tenant);
          assertThat(failure(read(tenant, "app/db")))
              .isInstanceOf(SourceFailure.BadCredentials.class);
        });
    assertThat(failure(read(tenant, "app/db")).code()).startsWith("ExpiredToken");
  }

  @Test
  void unknownKeysAreBadCredentials() {
    keys.keys = new StaticCredentials("AKIAIOSFODNN7EXAMPLE", "wrong", Optional.empty());
    Identity stranger = Identities.of(Service.SECRETS_MANAGER, account.endpoint(), Identities.KEYS);
    assertThat(failure(read(stranger, "app/db"))).isInstanceOf(SourceFailure.BadCredentials.class);
  }

  private Answer<SecretValue> read(Identity identity, String key) {
    SecretRef ref = SecretRef.current(key);
    return source.read(identity, Set.of(ref)).get(ref);
  }

  private Identity identity(RoleHop... chain) {
    return Identities.of(Service.SECRETS_MANAGER, account.endpoint(), web, chain);
  }

  private RoleHop hop(String externalId) {
    return new RoleHop(role("tenant"), Optional.of(externalId), "app=store", Map.of(), List.of());
  }

  private String role(String name) {
    return "arn:aws:iam::%s:role/%s".formatted(account.id(), name);
  }

  private void create(String role, String trust, String actions) {
    iam.createRole(r -> r.roleName(role).assumeRolePolicyDocument(trust));
    String policy =
        """
        {"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":["%s"],"Resource":
        ["arn:aws:secretsmanager:*:*:secret:app/*","arn:aws:iam::*:role/tenant","%s"]}]}\
        """
            .formatted(actions, role.equals("tenant") ? "*" : "arn:aws:iam::*:role/none");
    iam.putRolePolicy(r -> r.roleName(role).policyName("may").policyDocument(policy));
  }

  private static String token(String subject, String audience) {
    return base64("{\"alg\":\"RS256\"}")
        + "."
        + base64(
            "{\"iss\":\"https://issuer.test\",\"sub\":\"%s\",\"aud\":\"%s\"}"
                .formatted(subject, audience))
        + ".c2ln";
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
