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

  /** "SecretId" and "Name" of the API; {@code !} is in the names that AWS's services give. */
  private static final Pattern VALID =
      Pattern.compile("[A-Za-z0-9/_+=.@!-]{1,512}|arn:[A-Za-z0-9/_+=.@!:-]{1,2044}");

  private SecretKeys() {}

  /** Whether AWS may take it; what it does not take fails a whole batch. */
  static boolean mayBeValid(String key) {
    return VALID.matcher(key).matches();
  }

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
