package dev.keyturn.render;

import dev.keyturn.api.DecodingStrategy;
import dev.keyturn.api.NullBytePolicy;
import dev.keyturn.source.SecretValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes keys of the Secret from one entry and its values. */
final class KeyMapping {
  private final GoTemplates templates;

  KeyMapping(GoTemplates templates) {
    this.templates = templates;
  }

  Map<String, byte[]> keys(Gathered.Filled found) throws RenderException {
    return switch (found) {
      case Gathered.Filled.Value(Entry entry, SecretValue value) ->
          switch (entry) {
            case Entry.Single single -> Map.of(single.secretKey(), single(single, value));
            case Entry.Extract extract -> extract(extract, value);
            case Entry.Search search -> throw new IllegalStateException(search.where());
          };
      case Gathered.Filled.Values(Entry.Search search, Map<String, SecretValue> byName) ->
          search(search, byName);
    };
  }

  private static byte[] single(Entry.Single entry, SecretValue value) throws RenderException {
    return finished(
        entry.where(),
        entry.secretKey(),
        selected(entry.where(), entry.remote(), value),
        entry.remote().decoding(),
        entry.remote().nullBytes());
  }

  private Map<String, byte[]> extract(Entry.Extract entry, SecretValue value)
      throws RenderException {
    String secret = entry.remote().key();
    byte[] selected = selected(entry.where(), entry.remote(), value);
    requireText(entry.where(), secret, value);
    JsonText json =
        JsonText.parse(selected)
            .filter(JsonText::isObject)
            .orElseThrow(
                () ->
                    new RenderException(
                        new RenderFailure.NotJson(entry.where(), secret, "a JSON object")));
    Map<String, byte[]> keys = new LinkedHashMap<>();
    for (JsonText.Member member : json.members()) {
      keys.put(member.key(), member.value().plain());
    }
    Map<String, byte[]> named =
        entry.changes().isEmpty()
            ? KeyChanges.rename(
                entry.where(), keys, key -> KeyName.convert(entry.conversion(), key))
            : changed(entry.where(), entry.changes(), keys);
    return finished(entry.where(), named, entry.remote().decoding(), entry.remote().nullBytes());
  }

  private Map<String, byte[]> search(Entry.Search entry, Map<String, SecretValue> byName)
      throws RenderException {
    Map<String, byte[]> keys = new LinkedHashMap<>();
    byName.forEach((name, value) -> keys.put(name, value.bytes()));
    Map<String, byte[]> named =
        entry.changes().isEmpty()
            ? KeyChanges.rename(
                entry.where(), keys, key -> KeyName.convert(entry.conversion(), key))
            : changed(entry.where(), entry.changes(), keys);
    return finished(entry.where(), named, entry.decoding(), entry.nullBytes());
  }

  /**
   * A name that becomes empty drops its key; that all do is a slip, which would empty the Secret.
   */
  private Map<String, byte[]> changed(
      String where, List<KeyChange> changes, Map<String, byte[]> keys) throws RenderException {
    Map<String, byte[]> changed = new KeyChanges(where, templates).apply(changes, keys);
    if (changed.isEmpty() && !keys.isEmpty()) {
      throw new RenderException(
          new RenderFailure.NoKeyLeft(where + ".rewrite", List.copyOf(keys.keySet())));
    }
    return changed;
  }

  /** The value, or the property of it. */
  private static byte[] selected(String where, Entry.Remote remote, SecretValue value)
      throws RenderException {
    if (remote.property().isEmpty()) {
      return value.bytes();
    }
    requireText(where, remote.key(), value);
    JsonText json =
        JsonText.parse(value.bytes())
            .orElseThrow(
                () -> new RenderException(new RenderFailure.NotJson(where, remote.key(), "JSON")));
    Optional<JsonText> property = new PropertyPath(remote.property().get()).in(json);
    return property
        .orElseThrow(
            () ->
                new RenderException(
                    new RenderFailure.MissingProperty(
                        where, remote.property().get(), remote.key())))
        .scalar();
  }

  private static void requireText(String where, String secret, SecretValue value)
      throws RenderException {
    if (value.text().isEmpty()) {
      throw new RenderException(new RenderFailure.NotUtf8(where, secret));
    }
  }

  private static Map<String, byte[]> finished(
      String where, Map<String, byte[]> keys, DecodingStrategy decoding, NullBytePolicy nullBytes)
      throws RenderException {
    Map<String, byte[]> finished = new LinkedHashMap<>();
    for (Map.Entry<String, byte[]> entry : keys.entrySet()) {
      String key = entry.getKey();
      if (!key.isEmpty()) {
        if (!KeyName.isValid(key)) {
          throw new RenderException(new RenderFailure.BadKey(where, key));
        }
        finished.put(key, finished(where, key, entry.getValue(), decoding, nullBytes));
      }
    }
    return finished;
  }

  private static byte[] finished(
      String where, String key, byte[] value, DecodingStrategy decoding, NullBytePolicy nullBytes)
      throws RenderException {
    byte[] decoded =
        Decoding.decode(decoding, value)
            .orElseThrow(
                () -> new RenderException(new RenderFailure.NotDecodable(where, key, decoding)));
    switch (nullBytes) {
      case IGNORE -> {}
      case FAIL -> {
        for (byte b : decoded) {
          if (b == 0) {
            throw new RenderException(new RenderFailure.NullByte(where, key));
          }
        }
      }
    }
    return decoded;
  }
}
