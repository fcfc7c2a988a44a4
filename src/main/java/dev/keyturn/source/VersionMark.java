package dev.keyturn.source;

import java.util.Set;

/**
 * What stays in memory of a value once its readers have it.
 *
 * @param versionId empty where the source has none
 * @param fingerprint keyed hash of the value; empty when only the version was looked at
 *     (DescribeSecret)
 */
public record VersionMark(
    String name, String arn, String versionId, Set<String> stages, String fingerprint) {
  public VersionMark {
    stages = Set.copyOf(stages);
  }

  /** What is left of a value that was read only to see its version. */
  public static VersionMark of(SecretValue value) {
    return new VersionMark(value.name(), value.arn(), value.versionId(), value.stages(), "");
  }

  /**
   * What tells this content from another: the version where there is one, else the value's hash.
   */
  public String content() {
    return versionId.isEmpty() ? fingerprint : versionId;
  }
}
