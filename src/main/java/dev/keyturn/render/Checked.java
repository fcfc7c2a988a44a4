package dev.keyturn.render;

/** A thing, or why there is none. */
public sealed interface Checked<T> {

  record Good<T>(T value) implements Checked<T> {}

  record Refused<T>(RenderFailure failure) implements Checked<T> {}
}
