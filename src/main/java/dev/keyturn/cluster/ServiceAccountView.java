package dev.keyturn.cluster;

import io.fabric8.kubernetes.api.model.ServiceAccount;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is read of a ServiceAccount.
 *
 * @param role that it is annotated with; empty if it is not
 */
public record ServiceAccountView(String uid, Optional<String> role, Optional<String> audience) {
  public static final String ROLE_ANNOTATION = "eks.amazonaws.com/role-arn";
  public static final String AUDIENCE_ANNOTATION = "eks.amazonaws.com/audience";

  /** AWS takes no longer ARN, and refuses the beginning of one as it would the whole. */
  private static final int LONGEST = 2_048;

  private static final long REST = 100;

  static ServiceAccountView of(ServiceAccount account) {
    Map<String, String> annotations =
        Optional.ofNullable(account.getMetadata().getAnnotations()).orElse(Map.of());
    return new ServiceAccountView(
        account.getMetadata().getUid(),
        text(annotations.get(ROLE_ANNOTATION)),
        text(annotations.get(AUDIENCE_ANNOTATION)));
  }

  private static Optional<String> text(@Nullable String annotation) {
    return Optional.ofNullable(annotation)
        .map(it -> it.substring(0, Math.min(it.length(), LONGEST)));
  }

  long weight() {
    return REST + role.map(String::length).orElse(0) + audience.map(String::length).orElse(0);
  }
}
