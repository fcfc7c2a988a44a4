package dev.keyturn.sync;

import dev.keyturn.api.ExternalSecret;
import io.javaoperatorsdk.operator.processing.event.source.informer.TransformingItemStore;

/** Keeps ExternalSecrets without their managedFields, which are nine tenths of them. */
public final class ExternalSecretStore extends TransformingItemStore<ExternalSecret> {
  public ExternalSecretStore() {
    super(
        resource -> {
          resource.getMetadata().setManagedFields(null);
          return resource;
        });
  }
}
