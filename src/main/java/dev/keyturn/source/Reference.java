package dev.keyturn.source;

/** A secret as one identity sees it: the key of the cache and of the watch. */
public record Reference(Identity identity, SecretRef ref) {}
