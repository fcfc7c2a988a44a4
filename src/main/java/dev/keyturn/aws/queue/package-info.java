/** Change events from SQS. */
@NullMarked
package dev.keyturn.aws.queue;

import org.jspecify.annotations.NullMarked;
