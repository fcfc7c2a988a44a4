package dev.keyturn.source;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
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

  /** Whether something of that name may match, whatever tags it has. */
  public boolean mayFind(String name) {
    try {
      return path.filter(under -> !name.startsWith(under)).isEmpty()
          && nameRegexp.filter(regexp -> !Pattern.compile(regexp).matcher(name).find()).isEmpty();
    } catch (PatternSyntaxException e) {
      return false;
    }
  }
}
