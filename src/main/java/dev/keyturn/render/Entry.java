package dev.keyturn.render;

import dev.keyturn.api.ConversionStrategy;
import dev.keyturn.api.DecodingStrategy;
import dev.keyturn.api.NullBytePolicy;
import dev.keyturn.source.SecretRef;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One entry of {@code spec.data} or {@code spec.dataFrom}, with all defaults filled in. */
public sealed interface Entry {

  /** {@code spec.data[0]}. */
  String where();

  StoreName store();

  /** One key of the Secret. */
  record Single(String where, StoreName store, String secretKey, Remote remote) implements Entry {}

  /** All keys of one JSON secret. */
  record Extract(
      String where,
      StoreName store,
      Remote remote,
      ConversionStrategy conversion,
      List<KeyChange> changes)
      implements Entry {
    public Extract {
      changes = List.copyOf(changes);
    }
  }

  /** All secrets that match, a key for each. */
  record Search(
      String where,
      StoreName store,
      Optional<String> nameRegexp,
      Map<String, String> tags,
      Optional<String> path,
      ConversionStrategy conversion,
      DecodingStrategy decoding,
      NullBytePolicy nullBytes,
      List<KeyChange> changes)
      implements Entry {
    public Search {
      tags = Map.copyOf(tags);
      changes = List.copyOf(changes);
    }
  }

  /**
   * A secret, or a part of it, as the manifest names it.
   *
   * @param key without the store's prefix
   */
  record Remote(
      String key,
      Optional<String> property,
      Optional<String> version,
      SecretRef.Part part,
      DecodingStrategy decoding,
      NullBytePolicy nullBytes) {}
}
