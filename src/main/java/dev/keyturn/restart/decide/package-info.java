/** What to do about a workload: pure functions of a snapshot and a time. */
@NullMarked
package dev.keyturn.restart.decide;

import org.jspecify.annotations.NullMarked;
