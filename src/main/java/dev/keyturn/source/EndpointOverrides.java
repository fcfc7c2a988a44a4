package dev.keyturn.source;

import java.net.URI;
import java.util.Optional;

/**
 * The endpoints that a store names in place of AWS's regional ones (VPC endpoints); empty means the
 * SDK's own choice, which follows its environment variables (FIPS, dual-stack, {@code
 * AWS_ENDPOINT_URL_…}).
 */
public record EndpointOverrides(
    Optional<URI> secretsManager, Optional<URI> ssm, Optional<URI> sts) {
  public static final EndpointOverrides DEFAULT =
      new EndpointOverrides(Optional.empty(), Optional.empty(), Optional.empty());
}
