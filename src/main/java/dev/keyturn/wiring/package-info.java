/** Puts the parts together: beans, start, leadership, stop. */
@NullMarked
package dev.keyturn.wiring;

import org.jspecify.annotations.NullMarked;
