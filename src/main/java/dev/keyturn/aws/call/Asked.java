package dev.keyturn.aws.call;

/**
 * What is being asked, for limits and for messages.
 *
 * @param subject the secret, parameter or role it is about
 * @param account whose quota it counts against: an account id, or what stands for an unknown one
 */
public record Asked(Operation operation, String subject, String account, String region) {}
