package dev.keyturn.api;

import com.fasterxml.jackson.annotation.JsonIgnore;

/**
 * An object of which a cache may keep only what it is found by, once its namespace has taken as
 * much room as it may. Who needs the rest reads it again.
 */
public interface Abridgeable<T> {

  /** Whether most of the spec is missing here. */
  @JsonIgnore
  boolean isAbridged();

  /** What it is found by, and its status. */
  T abridged();
}
