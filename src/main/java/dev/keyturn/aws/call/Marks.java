package dev.keyturn.aws.call;

import dev.keyturn.source.Answer;
import dev.keyturn.source.SecretValue;
import dev.keyturn.source.SourceFailure;
import dev.keyturn.source.VersionMark;

/** What is left of a value that was read only to see its version. */
public final class Marks {
  private Marks() {}

  public static Answer<VersionMark> of(Answer<SecretValue> answer) {
    return switch (answer) {
      case Answer.Failed<SecretValue>(SourceFailure failure) -> Answer.failed(failure);
      case Answer.Found<SecretValue>(SecretValue v) ->
          Answer.found(new VersionMark(v.name(), v.arn(), v.versionId(), v.stages(), ""));
    };
  }
}
