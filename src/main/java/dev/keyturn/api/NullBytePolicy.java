package dev.keyturn.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether a value may contain NUL bytes. */
public enum NullBytePolicy {
  @JsonProperty("Ignore")
  IGNORE,
  @JsonProperty("Fail")
  FAIL
}
