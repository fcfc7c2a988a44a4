/** The Secret: whether we may write it, what it shall hold, what changed in it. */
@NullMarked
package dev.keyturn.sync.target;

import org.jspecify.annotations.NullMarked;
