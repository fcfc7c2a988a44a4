/** Who asks: sessions, how they are issued, role chains, what was denied to whom. */
@NullMarked
package dev.keyturn.aws.identity;

import org.jspecify.annotations.NullMarked;
