package dev.keyturn.render;

import dev.keyturn.source.Service;
import java.util.Optional;

/** What a store puts before the names that its users write, so that they reach nothing else. */
public record Prefix(String text) {
  /** The full name, or the ARN unchanged; empty for an ARN that the prefix does not allow. */
  public Optional<String> key(Service service, String key) {
    if (!key.startsWith("arn:")) {
      return Optional.of(text + key);
    }
    return text.isEmpty() || nameInArn(service, key).startsWith(text)
        ? Optional.of(key)
        : Optional.empty();
  }

  /** Where a search starts: the given path below the prefix, which is not put twice. */
  public Optional<String> path(Optional<String> path) {
    String below = path.orElse("");
    String full = below.startsWith(text) ? below : text + below;
    return full.isEmpty() ? Optional.empty() : Optional.of(full);
  }

  /** The name in {@code arn:partition:service:region:account:resource}; empty if it has none. */
  private String nameInArn(Service service, String arn) {
    String[] parts = arn.split(":", 6);
    if (parts.length < 6) {
      return "";
    }
    return switch (service) {
      case SECRETS_MANAGER -> parts[2].equals("secretsmanager") ? after("secret:", parts[5]) : "";
      case PARAMETER_STORE -> parts[2].equals("ssm") ? parameterName(parts[5]) : "";
    };
  }

  /** In an ARN, a parameter's leading slash is the one after {@code parameter}. */
  private String parameterName(String resource) {
    return after(text.startsWith("/") ? "parameter" : "parameter/", resource);
  }

  private static String after(String start, String resource) {
    return resource.startsWith(start) ? resource.substring(start.length()) : "";
  }
}
