package dev.keyturn.rotation;

/** An ExternalSecret that follows references. */
public record Dependant(String namespace, String name, String uid) {}
