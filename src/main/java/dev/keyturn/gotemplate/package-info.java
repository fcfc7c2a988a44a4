/**
 * Go's {@code text/template} in Java: {@link dev.keyturn.gotemplate.Template} parses and renders.
 * Pure and bounded: time, randomness and limits come in with each rendering.
 */
@NullMarked
package dev.keyturn.gotemplate;

import org.jspecify.annotations.NullMarked;
