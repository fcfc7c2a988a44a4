/** Who has a new version: the list of followed references, the stage watch and the event feed. */
@NullMarked
package dev.keyturn.rotation;

import org.jspecify.annotations.NullMarked;
