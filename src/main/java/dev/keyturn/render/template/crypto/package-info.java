/** Keys, certificates and key stores, in the encodings that Go writes. */
@NullMarked
package dev.keyturn.render.template.crypto;

import org.jspecify.annotations.NullMarked;
