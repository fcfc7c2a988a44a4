package dev.keyturn.source;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One AssumeRole of a chain; external id and tags are on the last hop only. */
public record RoleHop(
    String roleArn,
    Optional<String> externalId,
    String sessionName,
    Map<String, String> tags,
    List<String> transitiveTagKeys) {
  public RoleHop {
    tags = Map.copyOf(tags);
    transitiveTagKeys = List.copyOf(transitiveTagKeys);
  }
}
