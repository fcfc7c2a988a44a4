package dev.keyturn.testbed;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.List;

/**
 * The AWS emulators, one of each per JVM, started when first asked for. None is an oracle: a test
 * says which one it relies on. Tests do not meet: each takes a new account.
 */
public final class Emulators {
  private final JsonNode ready;

  private Emulators(JsonNode ready) {
    this.ready = ready;
  }

  private static final class Shared {
    static final Emulators EMULATORS =
        new Emulators(
            Launcher.once("aws", List.of("aws", "--moto", "--ministack", "--ministack-auth")));
  }

  public static Emulators shared() {
    return Shared.EMULATORS;
  }

  public AwsAccount newMotoAccount() {
    return AwsAccount.inMoto(moto());
  }

  public AwsAccount newMinistackAccount() {
    return AwsAccount.inMinistack(ministack());
  }

  public AwsAccount newMinistackAuthAccount() {
    return AwsAccount.inMinistack(ministackAuth());
  }

  /**
   * Right about ListSecrets, SSM, SQS, EventBridge to SQS; wrong about staging labels and
   * permissions.
   */
  public URI moto() {
    return URI.create(ready.path("moto").asText());
  }

  /**
   * Right about staging labels, errors, deletion and secret events; wrong about filters and paging.
   */
  public URI ministack() {
    return URI.create(ready.path("ministack").asText());
  }

  /** The same with IAM and trust policies enforced. */
  public URI ministackAuth() {
    return URI.create(ready.path("ministackAuth").asText());
  }
}
