/**
 * What a template sees of Go: its values, and how Go prints, quotes and encodes them. A Go string
 * is bytes; here it is a {@code String} whose chars are those bytes (0 to 255), so that length,
 * order, search and slices are Go's. {@link dev.keyturn.gotemplate.value.Utf8} goes between the
 * two.
 */
@NullMarked
package dev.keyturn.gotemplate.value;

import org.jspecify.annotations.NullMarked;
