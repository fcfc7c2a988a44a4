package dev.keyturn.source;

import java.util.Optional;

/** Access keys. Never prints them. */
public record StaticCredentials(
    String accessKeyId, String secretAccessKey, Optional<String> sessionToken) {
  @Override
  public String toString() {
    return "StaticCredentials[redacted]";
  }
}
