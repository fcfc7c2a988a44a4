package dev.keyturn.source;

import java.util.Map;
import java.util.Optional;

/**
 * A search for secrets; all given criteria apply together.
 *
 * @param nameRegexp RE2, unanchored
 * @param tags exact matches
 * @param path the store's prefix already applied
 */
public record Find(Optional<String> nameRegexp, Map<String, String> tags, Optional<String> path) {
  public Find {
    tags = Map.copyOf(tags);
  }
}
