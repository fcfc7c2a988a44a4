package dev.keyturn.source;

/** What came of one request for one thing. */
public sealed interface Answer<T> {

  record Found<T>(T value) implements Answer<T> {}

  record Failed<T>(SourceFailure failure) implements Answer<T> {}

  static <T> Answer<T> found(T value) {
    return new Found<>(value);
  }

  static <T> Answer<T> failed(SourceFailure failure) {
    return new Failed<>(failure);
  }
}
