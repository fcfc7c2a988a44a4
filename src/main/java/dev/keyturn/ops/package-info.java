/** What every part needs to run: settings, the clock, conditions, events, metrics, health. */
@NullMarked
package dev.keyturn.ops;

import org.jspecify.annotations.NullMarked;
