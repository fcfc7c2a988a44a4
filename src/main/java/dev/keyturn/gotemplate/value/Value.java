package dev.keyturn.gotemplate.value;

/** A Go value that a template can hold. */
public sealed interface Value permits Nil, Bool, Int, Real, Text, Slice, Dict, Struct {

  /** The name of its type as Go's {@code %T} prints it. */
  String type();

  /** The name of its kind as Go's {@code reflect} prints it. */
  String kind();

  /** What {@code if} makes of it, which is also the opposite of Sprig's {@code empty}. */
  boolean isTrue();
}
