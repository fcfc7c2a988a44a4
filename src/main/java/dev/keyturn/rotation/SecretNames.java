package dev.keyturn.rotation;

import dev.keyturn.source.Service;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a name, full ARN or partial ARN may mean. Two spellings of one secret always have a name in
 * common; two secrets rarely do, and then the price is one look too many.
 */
record SecretNames(Optional<String> region, Optional<String> account, Set<String> names) {
  private static final Pattern ARN =
      Pattern.compile("arn:[^:]*:(?:secretsmanager|ssm):([^:]*):([^:]*):(?:secret:|parameter)(.+)");

  /** What AWS appends to the name of a secret in its ARN. */
  private static final int SUFFIX = "-AbCdEf".length();

  static SecretNames of(Service service, String spelling) {
    Matcher arn = ARN.matcher(spelling);
    if (!arn.matches()) {
      return new SecretNames(Optional.empty(), Optional.empty(), Set.of(plain(service, spelling)));
    }
    return new SecretNames(
        known(arn.group(1)), known(arn.group(2)), resource(service, plain(service, arn.group(3))));
  }

  private static Set<String> resource(Service service, String resource) {
    int cut = resource.length() - SUFFIX;
    return service == Service.SECRETS_MANAGER && cut > 0 && resource.charAt(cut) == '-'
        ? Set.of(resource, resource.substring(0, cut))
        : Set.of(resource);
  }

  /** A parameter's ARN drops the slash that its name begins with. */
  private static String plain(Service service, String name) {
    return service == Service.PARAMETER_STORE && name.startsWith("/") ? name.substring(1) : name;
  }

  private static Optional<String> known(String part) {
    return part.isEmpty() ? Optional.empty() : Optional.of(part);
  }
}
