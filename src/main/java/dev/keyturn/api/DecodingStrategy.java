package dev.keyturn.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a value of the source is decoded. */
public enum DecodingStrategy {
  @JsonProperty("None")
  NONE,
  @JsonProperty("Base64")
  BASE64,
  @JsonProperty("Base64URL")
  BASE64_URL,
  @JsonProperty("Auto")
  AUTO
}
