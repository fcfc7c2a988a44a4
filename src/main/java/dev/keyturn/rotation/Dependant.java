package dev.keyturn.rotation;

/**
 * An ExternalSecret that follows references: the name, whoever has it. One that is deleted and made
 * again takes over what its predecessor followed, since nobody may hear of the deletion.
 */
public record Dependant(String namespace, String name) {}
