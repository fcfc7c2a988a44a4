/** The reconcilers that read from stores and write Secrets. */
@NullMarked
package dev.keyturn.sync;

import org.jspecify.annotations.NullMarked;
