package dev.keyturn.api;

/** CEL and patterns that several fields share. */
final class SchemaRules {
  private SchemaRules() {}

  static final String OBJECT_NAME =
      "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";
  static final String NAMESPACE_NAME = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";
  static final String SECRET_KEY = "^[-._a-zA-Z0-9]+$";

  /** A year of 365 days, in seconds: nothing of ours waits longer. */
  static final int YEAR = 31_536_000;

  /**
   * Go durations, or a number of seconds. In {@link #DURATION_SIZE} characters it cannot say more
   * than the 292 years that a Go duration holds: three times 999999999s are 95 years.
   */
  private static final String DURATION_PATTERN =
      "^([0-9]{1,9}|([0-9]{1,9}([.][0-9]{1,9})?(ns|us|µs|ms|s)|[0-9]{1,7}([.][0-9]{1,9})?m|[0-9]{1,5}([.][0-9]{1,9})?h)+)$";

  static final int DURATION_SIZE = 32;
  static final String DURATION =
      "type(self) == int ? self >= 0 && self <= "
          + YEAR
          + " : self.matches('"
          + DURATION_PATTERN
          + "') && (self.matches('^[0-9]+$') ? int(self) <= "
          + YEAR
          + " : duration(self) <= duration('8760h'))";
  static final String DURATION_SENTENCE =
      "write a duration such as 30s, 5m or 1h30m, or a number of seconds, and at most a year"
          + " (8760h)";

  /** Only says something about what {@link #DURATION} lets pass. */
  static final String AT_LEAST_A_SECOND =
      "type(self) == int ? self >= 1 : (!self.matches('"
          + DURATION_PATTERN
          + "') || (self.matches('^[0-9]+$') ? int(self) >= 1 : duration(self) >= duration('1s')))";

  /** As {@link #AT_LEAST_A_SECOND}. */
  static final String AT_MOST_TWO_HOURS =
      "type(self) == int ? self <= 7200 : (!self.matches('"
          + DURATION_PATTERN
          + "') || (self.matches('^[0-9]+$') ? int(self) <= 7200 : duration(self) <="
          + " duration('2h')))";

  /** Keys of tags in AWS ("Tag naming limits and requirements", AWS Tagging user guide). */
  static final String TAG_KEYS = "self.all(k, size(k) <= 128)";

  static final String TAG_KEYS_SENTENCE = "the key of a tag has at most 128 characters";

  static final String SECRET_KEYS = "self.all(k, size(k) <= 253)";
  static final String SECRET_KEYS_SENTENCE = "a key of a Secret has at most 253 characters";

  /** A prefix of 253 characters, a slash, and a name of 63. */
  static final String LABEL_KEYS = "self.all(k, size(k) <= 317)";

  static final String LABEL_KEYS_SENTENCE =
      "the key of a label or an annotation has at most 317 characters";

  private static final String ROLE_ARN_PATTERN =
      "^arn:aws[a-z0-9-]*:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]+$";
  static final String ROLE_ARN = "self.matches('" + ROLE_ARN_PATTERN + "')";
  static final String ROLE_ARNS = "self.all(r, r.matches('" + ROLE_ARN_PATTERN + "'))";
  static final String ROLE_ARN_SENTENCE =
      "write the ARN of an IAM role, such as arn:aws:iam::123456789012:role/read-secrets";
}
