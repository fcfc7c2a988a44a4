package dev.keyturn.render;

import dev.keyturn.source.Find;
import dev.keyturn.source.SecretRef;
import dev.keyturn.source.VersionMark;
import java.util.List;
import java.util.Optional;

/** For {@code refreshPolicy: OnChange}: what the sources hold is no reason to sync. */
public enum NoVersions implements Inputs.Versions {
  INSTANCE;

  @Override
  public Optional<VersionMark> of(StoreName store, SecretRef ref) {
    return Optional.empty();
  }

  @Override
  public Optional<List<String>> names(StoreName store, Find find) {
    return Optional.empty();
  }
}
