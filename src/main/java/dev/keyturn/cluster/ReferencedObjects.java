package dev.keyturn.cluster;

import dev.keyturn.source.KeyedHash;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * ServiceAccounts, ConfigMaps and Secrets that ExternalSecrets and stores name: each followed by
 * one watch of that one object, however many name it. Past the bound an object is read when it is
 * needed and was last read more than five minutes ago.
 */
public final class ReferencedObjects {
  static final Duration UNWATCHED_AGE = Duration.ofMinutes(5);

  private final KubernetesClient client;
  private final KeyedHash hash;
  private final int maxWatches;
  private final InstantSource clock;
  private final Consumer<ObjectUser> wake;
  private final UnreadableObjects unreadable;
  private final ConcurrentHashMap<ObjectRef, Tracked<?>> followed = new ConcurrentHashMap<>();
  private final Map<ObjectUser, Set<ObjectRef>> uses = new HashMap<>();

  /**
   * @param wake told of each user of an object that changed
   */
  public ReferencedObjects(
      KubernetesClient client,
      KeyedHash hash,
      int maxWatches,
      InstantSource clock,
      Consumer<ObjectUser> wake,
      UnreadableObjects unreadable) {
    this.client = client;
    this.hash = hash;
    this.maxWatches = maxWatches;
    this.clock = clock;
    this.wake = wake;
    this.unreadable = unreadable;
  }

  public Optional<ServiceAccount> serviceAccount(String namespace, String name) {
    return current(
        new ObjectRef(ObjectRef.Kind.SERVICE_ACCOUNT, namespace, name),
        ServiceAccount.class,
        Function.identity());
  }

  public Optional<ConfigMap> configMap(String namespace, String name) {
    return current(
        new ObjectRef(ObjectRef.Kind.CONFIG_MAP, namespace, name),
        ConfigMap.class,
        Function.identity());
  }

  /** A Secret without its values; who needs those reads the Secret itself. */
  public Optional<SecretView> secret(String namespace, String name) {
    return current(
        new ObjectRef(ObjectRef.Kind.SECRET, namespace, name),
        Secret.class,
        secret -> SecretView.of(secret, hash));
  }

  /**
   * Replaces what a user is woken for; an object that nobody uses any more is no longer followed.
   */
  public synchronized void use(ObjectUser user, Set<ObjectRef> refs) {
    if (refs.isEmpty()) {
      uses.remove(user);
    } else {
      uses.put(user, Set.copyOf(refs));
    }
    Set<ObjectRef> used = new HashSet<>();
    uses.values().forEach(used::addAll);
    followed.forEach(
        (ref, object) -> {
          if (!used.contains(ref) && object.readBefore(clock.instant().minusSeconds(60))) {
            followed.remove(ref);
            object.close();
          }
        });
  }

  /** Has a user woken for one object more than those of its last {@link #use}. */
  public synchronized void alsoUse(ObjectUser user, ObjectRef ref) {
    uses.merge(
        user,
        Set.of(ref),
        (before, more) -> {
          Set<ObjectRef> all = new HashSet<>(before);
          all.addAll(more);
          return Set.copyOf(all);
        });
  }

  public void close() {
    followed.values().forEach(Tracked::close);
    followed.clear();
  }

  @SuppressWarnings("unchecked")
  private <R extends HasMetadata, T> Optional<T> current(
      ObjectRef ref, Class<R> type, Function<R, T> view) {
    Tracked<T> object =
        (Tracked<T>) followed.computeIfAbsent(ref, missing -> follow(missing, type, view));
    return object.get(clock.instant());
  }

  private <R extends HasMetadata, T> Tracked<T> follow(
      ObjectRef ref, Class<R> type, Function<R, T> view) {
    Resource<R> resource = client.resources(type).inNamespace(ref.namespace()).withName(ref.name());
    if (followed.values().stream().filter(Tracked::watched).count() >= maxWatches) {
      return new Polled<>(() -> Optional.ofNullable(resource.get()).map(view));
    }
    return new Watched<>(resource, view, () -> changed(ref), unreadable);
  }

  private synchronized void changed(ObjectRef ref) {
    uses.forEach(
        (user, refs) -> {
          if (refs.contains(ref)) {
            wake.accept(user);
          }
        });
  }

  interface Tracked<T> {
    Optional<T> get(Instant now);

    boolean watched();

    boolean readBefore(Instant instant);

    void close();
  }

  private static final class Polled<T> implements Tracked<T> {
    private final java.util.function.Supplier<Optional<T>> read;
    private Optional<T> current = Optional.empty();
    private Instant readAt = Instant.MIN;

    Polled(java.util.function.Supplier<Optional<T>> read) {
      this.read = read;
    }

    @Override
    public synchronized Optional<T> get(Instant now) {
      if (readAt.isBefore(now.minus(UNWATCHED_AGE))) {
        current = read.get();
        readAt = now;
      }
      return current;
    }

    @Override
    public boolean watched() {
      return false;
    }

    @Override
    public synchronized boolean readBefore(Instant instant) {
      return readAt.isBefore(instant);
    }

    @Override
    public void close() {}
  }
}
