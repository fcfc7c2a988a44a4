package dev.keyturn.sync.store;

import dev.keyturn.api.AwsAuth;
import dev.keyturn.source.CredentialSubject;
import dev.keyturn.source.Identity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * As which namespace each cluster store is looked at: the first that could use it, or one that AWS
 * accepts when it refuses that one.
 */
final class StoreUsers {
  /** Remembered of a store. */
  private static final int MOST = 5;

  private final Map<StoreKey, List<String>> users = new HashMap<>();
  private final Consumer<StoreKey> began;

  /**
   * @param began told of each store that a namespace can use, when none could before
   */
  StoreUsers(Consumer<StoreKey> began) {
    this.began = began;
  }

  void use(StoreKey store, String namespace) {
    boolean first;
    synchronized (this) {
      List<String> all = users.computeIfAbsent(store, _ -> new ArrayList<>());
      first = all.isEmpty();
      if (all.size() < MOST && !all.contains(namespace)) {
        all.add(namespace);
      }
    }
    if (first) {
      began.accept(store);
    }
  }

  /** The namespace cannot use it any more. */
  synchronized void leave(StoreKey store, String namespace) {
    users.computeIfPresent(
        store,
        (_, all) -> {
          all.remove(namespace);
          return all.isEmpty() ? null : all;
        });
  }

  synchronized Optional<String> of(StoreKey store) {
    return Optional.ofNullable(users.get(store)).map(List::getFirst);
  }

  /** All that are remembered, the one that the store is looked at as first. */
  synchronized List<String> all(StoreKey store) {
    return List.copyOf(users.getOrDefault(store, List.of()));
  }

  /** AWS accepts this one: the store is looked at as it from now on. */
  synchronized void accepted(StoreKey store, String namespace) {
    List<String> all = users.getOrDefault(store, List.of());
    if (all.contains(namespace)) {
      all.remove(namespace);
      all.addFirst(namespace);
    }
  }

  /** AWS refuses this one: it comes last, or makes room for whoever is not remembered. */
  synchronized void refused(StoreKey store, String namespace) {
    List<String> all = users.getOrDefault(store, List.of());
    boolean full = all.size() == MOST;
    if (all.contains(namespace)) {
      all.remove(namespace);
      if (!full) {
        all.addLast(namespace);
      }
    }
  }

  /** The store is gone. */
  synchronized void forget(StoreKey store) {
    users.remove(store);
  }

  /** AWS is told who uses it by the name of the session and by its tags. */
  static boolean areTold(Identity identity) {
    return identity.subject() instanceof CredentialSubject.WebIdentity
        || !identity.chain().isEmpty();
  }

  /** What it refers to is in the namespace that uses it. */
  static boolean nameByNamespace(@Nullable AwsAuth auth) {
    if (auth == null) {
      return false;
    }
    if (auth.jwt() != null && auth.jwt().serviceAccountRef() != null) {
      return auth.jwt().serviceAccountRef().namespace() == null;
    }
    AwsAuth.Keys keys = auth.secretRef();
    return keys != null
        && Stream.of(
                keys.accessKeyIDSecretRef(),
                keys.secretAccessKeySecretRef(),
                keys.sessionTokenSecretRef())
            .anyMatch(ref -> ref != null && ref.namespace() == null);
  }
}
