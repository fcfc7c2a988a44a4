/**
 * Ports to what holds secrets, the values that pass through them, and the cache in front of them.
 */
@NullMarked
package dev.keyturn.source;

import org.jspecify.annotations.NullMarked;
