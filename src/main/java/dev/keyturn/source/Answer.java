package dev.keyturn.source;

import java.util.function.Function;

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

  /** The same answer about something that is made of what was found. */
  default <R> Answer<R> map(Function<? super T, ? extends R> made) {
    return switch (this) {
      case Found<T>(T value) -> found(made.apply(value));
      case Failed<T>(SourceFailure failure) -> failed(failure);
    };
  }
}
