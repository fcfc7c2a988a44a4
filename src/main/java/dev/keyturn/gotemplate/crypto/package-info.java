/** Keys, certificates and key stores, in the encodings that Go writes. */
@NullMarked
package dev.keyturn.gotemplate.crypto;

import org.jspecify.annotations.NullMarked;
