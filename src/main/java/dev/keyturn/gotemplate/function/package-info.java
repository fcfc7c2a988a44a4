/**
 * The functions that a template may call: Go's own, Sprig's, and those of External Secrets
 * Operator. {@link dev.keyturn.gotemplate.function.Library} lists them.
 */
@NullMarked
package dev.keyturn.gotemplate.function;

import org.jspecify.annotations.NullMarked;
