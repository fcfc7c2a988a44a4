package dev.keyturn.render;

import dev.keyturn.source.Answer;
import dev.keyturn.source.Find;
import dev.keyturn.source.SecretRef;
import dev.keyturn.source.SecretValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The answers to a {@link Request}, by store.
 *
 * @param values of all secrets, those that searches found included
 */
public record Fetched(
    Map<StoreName, Map<SecretRef, Answer<SecretValue>>> values,
    Map<StoreName, Map<Find, Answer<List<String>>>> names) {
  public static final Fetched NOTHING = new Fetched(Map.of(), Map.of());

  public Fetched {
    values = Map.copyOf(values);
    names = Map.copyOf(names);
  }

  Answer<SecretValue> value(StoreName store, SecretRef ref) {
    return Optional.ofNullable(values.get(store))
        .flatMap(answers -> Optional.ofNullable(answers.get(ref)))
        .orElseThrow(() -> new IllegalStateException("never asked: " + ref.key() + " of " + store));
  }

  Answer<List<String>> names(StoreName store, Find find) {
    return Optional.ofNullable(names.get(store))
        .flatMap(answers -> Optional.ofNullable(answers.get(find)))
        .orElseThrow(() -> new IllegalStateException("never asked: a search of " + store));
  }
}
