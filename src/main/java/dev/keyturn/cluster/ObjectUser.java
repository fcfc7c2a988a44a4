package dev.keyturn.cluster;

/** A resource of ours whose spec names other objects; the namespace of a cluster store is empty. */
public record ObjectUser(String kind, String namespace, String name) {}
