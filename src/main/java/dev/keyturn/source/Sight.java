package dev.keyturn.source;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/**
 * What there was to see at a reference: one content, or one kind of failure. Two dependants are
 * level when their sights are equal.
 */
public record Sight(String what) {

  public static Sight ofMark(Answer<VersionMark> answer) {
    return switch (answer) {
      case Answer.Found<VersionMark>(VersionMark mark) -> new Sight("content " + mark.content());
      case Answer.Failed<VersionMark>(SourceFailure failure) ->
          new Sight("failure " + failure.getClass().getSimpleName());
    };
  }

  public static Sight ofValue(Answer<SecretValue> answer, KeyedHash hash) {
    return ofMark(answer.map(value -> value.mark(hash)));
  }

  public static Sight ofNames(Answer<List<String>> answer, KeyedHash hash) {
    return ofMark(answer.map(names -> mark(names, hash)));
  }

  static VersionMark mark(List<String> names, KeyedHash hash) {
    byte[][] parts =
        names.stream().map(name -> name.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
    return new VersionMark("", "", "", Set.of(), hash.of(parts));
  }
}
