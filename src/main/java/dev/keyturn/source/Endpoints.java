package dev.keyturn.source;

import java.net.URI;
import java.util.Optional;

/**
 * Endpoints that a store names in place of AWS's regional ones (VPC endpoints); empty means the
 * SDK's own choice, which follows its environment variables (FIPS, dual-stack, {@code
 * AWS_ENDPOINT_URL_…}).
 */
public record Endpoints(Optional<URI> secretsManager, Optional<URI> ssm, Optional<URI> sts) {
  public static final Endpoints DEFAULT =
      new Endpoints(Optional.empty(), Optional.empty(), Optional.empty());
}
