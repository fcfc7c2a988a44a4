package dev.keyturn.source;

/** Which version of a secret is meant. */
public sealed interface Version {

  /** {@code AWSCURRENT}, or the newest version of a parameter. */
  record Current() implements Version {}

  /** A staging label of Secrets Manager, or a label of a parameter. */
  record Stage(String label) implements Version {}

  /** A version id of Secrets Manager, or a version number of a parameter: never changes. */
  record Exact(String id) implements Version {}
}
