package dev.keyturn.aws.call;

/**
 * The calls that Keyturn makes, each with the rate it never exceeds by itself: four fifths of the
 * default quota per account and region, so that others keep some.
 *
 * @see <a href="https://docs.aws.amazon.com/general/latest/gr/asm.html">Secrets Manager quotas</a>
 * @see <a href="https://docs.aws.amazon.com/general/latest/gr/ssm.html">Systems Manager quotas</a>
 */
public enum Operation {
  BATCH_GET_SECRET_VALUE("secretsmanager", "BatchGetSecretValue", 80),
  GET_SECRET_VALUE("secretsmanager", "GetSecretValue", 2000),
  DESCRIBE_SECRET("secretsmanager", "DescribeSecret", 2000),
  LIST_SECRETS("secretsmanager", "ListSecrets", 80),
  GET_PARAMETERS("ssm", "GetParameters", 32),
  GET_PARAMETERS_BY_PATH("ssm", "GetParametersByPath", 32),
  DESCRIBE_PARAMETERS("ssm", "DescribeParameters", 16),
  LIST_TAGS_FOR_RESOURCE("ssm", "ListTagsForResource", 16),
  ASSUME_ROLE("sts", "AssumeRole", 100),
  ASSUME_ROLE_WITH_WEB_IDENTITY("sts", "AssumeRoleWithWebIdentity", 100),
  RECEIVE_MESSAGE("sqs", "ReceiveMessage", 100),
  DELETE_MESSAGE_BATCH("sqs", "DeleteMessageBatch", 1000);

  private final String service;
  private final String action;
  private final double perSecond;

  Operation(String service, String action, double perSecond) {
    this.service = service;
    this.action = action;
    this.perSecond = perSecond;
  }

  public String service() {
    return service;
  }

  public String action() {
    return action;
  }

  double perSecond() {
    return perSecond;
  }

  /** As it is written in an IAM policy. */
  public String permission() {
    return service + ":" + action;
  }

  boolean takesRole() {
    return this == ASSUME_ROLE || this == ASSUME_ROLE_WITH_WEB_IDENTITY;
  }
}
