package dev.keyturn.aws.call;

import static dev.keyturn.aws.FakeAws.call;
import static dev.keyturn.aws.FakeAws.entry;
import static dev.keyturn.aws.FakeAws.json;
import static dev.keyturn.aws.SecretsManagerContract.found;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.aws.FakeAws;
import dev.keyturn.aws.Identities;
import dev.keyturn.source.EndpointOverrides;
import dev.keyturn.source.Identity;
import dev.keyturn.source.SecretRef;
import dev.keyturn.source.Service;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where a store names no endpoint, the SDK's own settings decide. */
class SdkSettingsTest {
  private static final String SETTING = "aws.endpointUrlSecretsManager";
  private final FakeAws aws = new FakeAws();

  @AfterEach
  void stop() {
    System.clearProperty(SETTING);
    aws.close();
  }

  @Test
  void theSdksEndpointSettingIsFollowed() {
    System.setProperty(SETTING, aws.uri().toString());
    aws.answer(call("GetSecretValue"), json(entry("a", "1")));
    Identity identity =
        new Identity(
            Service.SECRETS_MANAGER,
            "eu-west-3",
            EndpointOverrides.DEFAULT,
            Identities.KEYS,
            List.of());
    SecretRef ref = SecretRef.current("a");
    assertThat(found(aws.source.read(identity, Set.of(ref)).get(ref)).text()).contains("1");
  }
}
