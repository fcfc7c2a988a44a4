package dev.keyturn.aws.secretsmanager;

import java.util.regex.Pattern;

/**
 * The ways to spell a secret: its name, its ARN, or its ARN without the six random characters at
 * the end.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen">Partial
 *     ARNs</a>
 */
final class SecretKeys {
  private static final Pattern RANDOM_END = Pattern.compile("-[A-Za-z0-9]{6}");

  private SecretKeys() {}

  static boolean isArn(String key) {
    return key.startsWith("arn:");
  }

  /** Whether the key is the secret's ARN, whole or partial. */
  static boolean meansArn(String key, String arn) {
    return isArn(key)
        && (arn.equals(key)
            || (arn.startsWith(key) && RANDOM_END.matcher(arn.substring(key.length())).matches()));
  }
}
