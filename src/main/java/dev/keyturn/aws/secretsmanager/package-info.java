/** Secrets Manager: batches, descriptions, searches. */
@NullMarked
package dev.keyturn.aws.secretsmanager;

import org.jspecify.annotations.NullMarked;
