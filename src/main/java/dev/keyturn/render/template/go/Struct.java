package dev.keyturn.render.template.go;

/** A value with fields or methods instead of entries. */
public sealed interface Struct extends Value permits KeyPair, Moment, SemanticVersion {

  @Override
  default boolean isTrue() {
    return true;
  }
}
