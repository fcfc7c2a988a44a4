/** The reconciler of ExternalSecrets: one sync, what it means to people, and the one exit. */
@NullMarked
package dev.keyturn.sync;

import org.jspecify.annotations.NullMarked;
