package dev.keyturn.gotemplate.value;

/** A value with fields or methods instead of entries. */
public sealed interface Struct extends Value permits KeyPair, Moment, SemanticVersion {

  @Override
  default boolean isTrue() {
    return true;
  }
}
