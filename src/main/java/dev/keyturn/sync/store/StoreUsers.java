package dev.keyturn.sync.store;

import dev.keyturn.api.AwsAuth;
import dev.keyturn.source.CredentialSubject;
import dev.keyturn.source.Identity;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** As which namespace each cluster store is looked at: the first that could use it. */
final class StoreUsers {
  private final ConcurrentHashMap<StoreKey, String> first = new ConcurrentHashMap<>();
  private final Consumer<StoreKey> began;

  /**
   * @param began told of each store that a namespace can use, when none could before
   */
  StoreUsers(Consumer<StoreKey> began) {
    this.began = began;
  }

  void use(StoreKey store, String namespace) {
    if (first.putIfAbsent(store, namespace) == null) {
      began.accept(store);
    }
  }

  /** The namespace cannot use it any more. */
  void leave(StoreKey store, String namespace) {
    first.remove(store, namespace);
  }

  Optional<String> of(StoreKey store) {
    return Optional.ofNullable(first.get(store));
  }

  /** The store is gone. */
  void forget(StoreKey store) {
    first.remove(store);
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
