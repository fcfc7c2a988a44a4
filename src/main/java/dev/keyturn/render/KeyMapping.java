package dev.keyturn.render;

import dev.keyturn.api.ConversionStrategy;
import dev.keyturn.api.DecodingStrategy;
import dev.keyturn.api.NullBytePolicy;
import dev.keyturn.source.SecretValue;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes keys of the Secret from one entry and its values. */
final class KeyMapping {
  private final GoTemplates templates;

  /** Five hundred entries may name one secret. */
  private final Map<SecretValue, JsonText> parsed = new HashMap<>();

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

  private byte[] single(Entry.Single entry, SecretValue value) throws RenderException {
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
    templates.read(entry.where(), 2L * selected.length);
    JsonText json =
        JsonText.parse(selected)
            .filter(JsonText::isObject)
            .orElseThrow(
                () ->
                    new RenderException(
                        new RenderFailure.NotJson(entry.where(), secret, "a JSON object")));
    Map<String, byte[]> keys = new LinkedHashMap<>();
    List<JsonText.Member> members = json.members();
    templates.makeKeys(entry.where(), members.size());
    templates.make(entry.where(), selected.length);
    for (JsonText.Member member : members) {
      keys.put(member.key(), member.value().plain());
    }
    Map<String, byte[]> named =
        entry.changes().isEmpty()
            ? converted(entry.where(), entry.conversion(), keys)
            : changed(entry.where(), entry.changes(), keys);
    return finished(entry.where(), named, entry.remote().decoding(), entry.remote().nullBytes());
  }

  private Map<String, byte[]> search(Entry.Search entry, Map<String, SecretValue> byName)
      throws RenderException {
    Map<String, byte[]> keys = new LinkedHashMap<>();
    templates.makeKeys(entry.where(), byName.size());
    byName.forEach((name, value) -> keys.put(name, value.bytes()));
    Map<String, byte[]> named =
        entry.changes().isEmpty()
            ? converted(entry.where(), entry.conversion(), keys)
            : changed(entry.where(), entry.changes(), keys);
    return finished(entry.where(), named, entry.decoding(), entry.nullBytes());
  }

  private Map<String, byte[]> converted(
      String where, ConversionStrategy conversion, Map<String, byte[]> keys)
      throws RenderException {
    return KeyChanges.rename(
        where,
        keys,
        key -> {
          templates.read(where, key.length());
          return KeyName.convert(conversion, key);
        });
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
  private byte[] selected(String where, Entry.Remote remote, SecretValue value)
      throws RenderException {
    if (remote.property().isEmpty()) {
      return value.bytes();
    }
    JsonText property =
        new PropertyPath(remote.property().get())
            .in(json(where, remote.key(), value), bytes -> templates.read(where, bytes))
            .orElseThrow(
                () ->
                    new RenderException(
                        new RenderFailure.MissingProperty(
                            where, remote.property().get(), remote.key())));
    templates.make(where, property.size());
    return property.scalar();
  }

  private JsonText json(String where, String secret, SecretValue value) throws RenderException {
    JsonText known = parsed.get(value);
    if (known != null) {
      return known;
    }
    requireText(where, secret, value);
    templates.read(where, value.bytes().length);
    JsonText json =
        JsonText.parse(value.bytes())
            .orElseThrow(
                () -> new RenderException(new RenderFailure.NotJson(where, secret, "JSON")));
    parsed.put(value, json);
    return json;
  }

  private void requireText(String where, String secret, SecretValue value) throws RenderException {
    templates.read(where, value.bytes().length);
    if (value.text().isEmpty()) {
      throw new RenderException(new RenderFailure.NotUtf8(where, secret));
    }
  }

  private Map<String, byte[]> finished(
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

  private byte[] finished(
      String where, String key, byte[] value, DecodingStrategy decoding, NullBytePolicy nullBytes)
      throws RenderException {
    if (decoding != DecodingStrategy.NONE) {
      templates.read(where, value.length);
      templates.make(where, value.length);
    }
    byte[] decoded =
        Decoding.decode(decoding, value)
            .orElseThrow(
                () -> new RenderException(new RenderFailure.NotDecodable(where, key, decoding)));
    switch (nullBytes) {
      case IGNORE -> {}
      case FAIL -> {
        templates.read(where, decoded.length);
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
