/** Parameter Store: batches and searches. */
@NullMarked
package dev.keyturn.aws.parameterstore;

import org.jspecify.annotations.NullMarked;
