package dev.keyturn.render;

/** A thing, or why there is none. */
public sealed interface Outcome<T> {

  record Good<T>(T value) implements Outcome<T> {}

  record Refused<T>(RenderFailure failure) implements Outcome<T> {}
}
