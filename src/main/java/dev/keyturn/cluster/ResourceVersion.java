package dev.keyturn.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.math.BigInteger;

/**
 * The resourceVersion of an object. Those of one kind of object may be compared as numbers, as of
 * Kubernetes 1.35 by contract (KEP-5504).
 */
public record ResourceVersion(BigInteger number) {
  public static ResourceVersion of(HasMetadata object) {
    return of(object.getMetadata().getResourceVersion());
  }

  static ResourceVersion of(String text) {
    return new ResourceVersion(new BigInteger(text));
  }

  public boolean isAfter(ResourceVersion other) {
    return number.compareTo(other.number) > 0;
  }
}
