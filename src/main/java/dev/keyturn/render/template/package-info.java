/**
 * Go's {@code text/template} in Java: {@link dev.keyturn.render.template.Template} parses and
 * renders. Pure and bounded: time, randomness and limits come in with each rendering.
 */
@NullMarked
package dev.keyturn.render.template;

import org.jspecify.annotations.NullMarked;
