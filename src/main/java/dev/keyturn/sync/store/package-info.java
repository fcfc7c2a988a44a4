/** A store and a namespace: as whom AWS sees the request; and the reconcilers of stores. */
@NullMarked
package dev.keyturn.sync.store;

import org.jspecify.annotations.NullMarked;
