package dev.keyturn.restart.decide;

/** A container that still uses an older content of a Secret. */
public record StaleContainer(PodView pod, String container, Change change) {}
