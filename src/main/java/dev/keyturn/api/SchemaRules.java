package dev.keyturn.api;

/** CEL and patterns that several fields share. */
final class SchemaRules {
  private SchemaRules() {}

  static final String OBJECT_NAME =
      "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";
  static final String NAMESPACE_NAME = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";
  static final String SECRET_KEY = "^[-._a-zA-Z0-9]+$";

  /** Go durations, or a number of seconds. */
  private static final String DURATION_PATTERN =
      "^([0-9]{1,9}|([0-9]{1,9}([.][0-9]{1,9})?(ns|us|µs|ms|s|m|h))+)$";

  static final int DURATION_SIZE = 32;
  static final String DURATION =
      "type(self) == int ? self >= 0 && self < 1000000000 : self.matches('"
          + DURATION_PATTERN
          + "')";
  static final String DURATION_SENTENCE =
      "write a duration such as 30s, 5m or 1h30m, or a number of seconds";

  /** Only says something about what {@link #DURATION} lets pass. */
  static final String AT_LEAST_A_SECOND =
      "type(self) == int ? self >= 1 : (!self.matches('"
          + DURATION_PATTERN
          + "') || (self.matches('^[0-9]+$') ? int(self) >= 1 : duration(self) >= duration('1s')))";

  private static final String ROLE_ARN_PATTERN =
      "^arn:aws[a-z0-9-]*:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]+$";
  static final String ROLE_ARN = "self.matches('" + ROLE_ARN_PATTERN + "')";
  static final String ROLE_ARNS = "self.all(r, r.matches('" + ROLE_ARN_PATTERN + "'))";
  static final String ROLE_ARN_SENTENCE =
      "write the ARN of an IAM role, such as arn:aws:iam::123456789012:role/read-secrets";
}
