package dev.keyturn.aws.parameterstore;

import dev.keyturn.source.SecretRef;
import dev.keyturn.source.Version;
import java.util.Optional;
import software.amazon.awssdk.services.ssm.model.Parameter;

/**
 * A parameter as it is asked for: name or ARN, and the version number or label after a colon.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html">GetParameters</a>
 */
record ParameterKey(String base, String selector) {
  private static final String RESOURCE = ":parameter/";

  static ParameterKey of(SecretRef ref) {
    ParameterKey typed = parse(ref.key());
    return switch (ref.version()) {
      case Version.Current _ -> typed;
      case Version.Stage(String label) -> new ParameterKey(typed.base(), label);
      case Version.Exact(String number) -> new ParameterKey(typed.base(), number);
    };
  }

  static ParameterKey parse(String key) {
    int resource = isArn(key) ? key.indexOf(RESOURCE) : 0;
    int colon = resource < 0 ? -1 : key.indexOf(':', resource + 1);
    return colon < 0
        ? new ParameterKey(key, "")
        : new ParameterKey(key.substring(0, colon), key.substring(colon + 1));
  }

  /** As it is sent. */
  String asked() {
    return selector.isEmpty() ? base : base + ":" + selector;
  }

  /** The name, also where an ARN is asked for, whose resource has lost a leading slash. */
  String name() {
    int resource = isArn(base) ? base.indexOf(RESOURCE) : -1;
    if (resource < 0) {
      return base;
    }
    String path = base.substring(resource + RESOURCE.length());
    return path.contains("/") ? "/" + path : path;
  }

  /** Whether both may mean the same parameter, in whatever version. */
  boolean meansSameAs(ParameterKey other) {
    return withoutSlash(name()).equals(withoutSlash(other.name()));
  }

  /** To be asked only of the answer to a request that held no other version of the parameter. */
  boolean isAnsweredBy(Parameter parameter) {
    String answered = Optional.ofNullable(parameter.selector()).orElse("");
    String bare = answered.startsWith(":") ? answered.substring(1) : answered;
    return (base.equals(parameter.name()) || base.equals(parameter.arn()))
        && (bare.equals(selector) || (bare.isEmpty() && mayBe(parameter.version())));
  }

  private static boolean isArn(String key) {
    return key.startsWith("arn:");
  }

  private boolean mayBe(long version) {
    boolean number = selector.chars().allMatch(Character::isDigit);
    return !number || selector.equals(String.valueOf(version));
  }

  private static String withoutSlash(String name) {
    return name.startsWith("/") ? name.substring(1) : name;
  }
}
