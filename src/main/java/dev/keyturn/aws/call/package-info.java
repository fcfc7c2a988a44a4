/** One call to AWS as a good guest: rate, circuit, outages, and failures in words. */
@NullMarked
package dev.keyturn.aws.call;

import org.jspecify.annotations.NullMarked;
