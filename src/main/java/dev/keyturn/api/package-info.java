/**
 * The custom resources of {@code keyturn.dev/v1} and the names of our labels, annotations,
 * conditions and reasons.
 *
 * <p>Parts are records. Where the API has a default, the record holds it: a component is
 * {@code @Nullable} only where absence means something, and lists and maps are never null. {@code
 * crds/} is generated from here; the rules that a user can break are written as CEL beside the
 * field they hold for.
 */
@NullMarked
package dev.keyturn.api;

import org.jspecify.annotations.NullMarked;
