/**
 * Restarts the workloads whose running containers still use an older content of a Secret: gather,
 * decide, act.
 */
@NullMarked
package dev.keyturn.restart;

import org.jspecify.annotations.NullMarked;
