package dev.keyturn.source;

import java.time.Instant;
import java.util.Optional;

/**
 * What the last request about something said.
 *
 * @param lastFound the last good mark, which outlives failures
 * @param asked when the request was made
 * @param failures how many requests in a row have failed
 */
public record Known(
    Answer<VersionMark> answer, Optional<VersionMark> lastFound, Instant asked, int failures) {

  /** The state after a newer answer. */
  static Known next(Optional<Known> previous, Answer<VersionMark> answer, Instant asked) {
    return switch (answer) {
      case Answer.Found<VersionMark>(VersionMark mark) ->
          new Known(answer, Optional.of(mark), asked, 0);
      case Answer.Failed<VersionMark>(SourceFailure failure) ->
          new Known(
              answer,
              previous.flatMap(Known::lastFound),
              asked,
              previous.map(Known::failures).orElse(0) + 1);
    };
  }
}
