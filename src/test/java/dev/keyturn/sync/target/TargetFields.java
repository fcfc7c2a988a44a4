package dev.keyturn.sync.target;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.render.SecretData;
import dev.keyturn.sync.Secrets;
import java.util.Optional;

/** What becomes of the Secret of an ExternalSecret, in words. */
public final class TargetFields {
  private TargetFields() {}

  public static String observed(ExternalSecret resource, SecretData data) {
    TargetRules rules = new TargetRules("keyturn", false);
    return rules.claim(resource, Optional.empty(), data, Rivals.NONE)
        + "\n"
        + rules.claim(resource, Optional.of(Secrets.live().view()), data, Rivals.NONE)
        + "\n"
        + TargetSecret.build(resource, data, Optional.empty());
  }
}
