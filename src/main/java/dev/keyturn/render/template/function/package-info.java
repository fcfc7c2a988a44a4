/**
 * The functions that a template may call: Go's own, Sprig's, and those of External Secrets
 * Operator. {@link dev.keyturn.render.template.function.Library} lists them.
 */
@NullMarked
package dev.keyturn.render.template.function;

import org.jspecify.annotations.NullMarked;
