/**
 * AWS: Secrets Manager, Parameter Store, STS and SQS. The only package that knows the AWS SDK; what
 * leaves it is in terms of {@code source} and {@code rotation}.
 */
@NullMarked
package dev.keyturn.aws;

import org.jspecify.annotations.NullMarked;
