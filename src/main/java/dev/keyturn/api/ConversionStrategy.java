package dev.keyturn.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What becomes of characters of a key name that a Secret cannot have. */
public enum ConversionStrategy {
  /** {@code _}. */
  @JsonProperty("Default")
  DEFAULT,
  /** {@code _U002f_}. */
  @JsonProperty("Unicode")
  UNICODE
}
