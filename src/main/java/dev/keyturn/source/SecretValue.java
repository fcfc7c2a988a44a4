package dev.keyturn.source;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/** A value as AWS holds it. Never prints what it holds. */
public final class SecretValue {
  private final String name;
  private final String arn;
  private final String versionId;
  private final Set<String> stages;
  private final byte[] bytes;

  /**
   * @param versionId for tags, which AWS does not count, a digest of them
   * @param bytes taken over, not copied: the caller lets go of it
   */
  public SecretValue(String name, String arn, String versionId, Set<String> stages, byte[] bytes) {
    this.name = name;
    this.arn = arn;
    this.versionId = versionId;
    this.stages = Set.copyOf(stages);
    this.bytes = bytes;
  }

  public String name() {
    return name;
  }

  public String arn() {
    return arn;
  }

  public String versionId() {
    return versionId;
  }

  public Set<String> stages() {
    return stages;
  }

  /** The bytes themselves, not a copy: values are read by many and written by nobody. */
  public byte[] bytes() {
    return bytes;
  }

  /** The value as text; empty when the bytes are not UTF-8. */
  public Optional<String> text() {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  public VersionMark mark(KeyedHash hash) {
    return new VersionMark(name, arn, versionId, stages, hash.of(bytes));
  }

  @Override
  public String toString() {
    return "SecretValue[" + name + ", version " + versionId + ", redacted]";
  }
}
