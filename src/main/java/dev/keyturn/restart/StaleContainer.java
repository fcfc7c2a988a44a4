package dev.keyturn.restart;

/** A container that still uses an older content of a Secret. */
record StaleContainer(PodView pod, String container, Change change) {}
