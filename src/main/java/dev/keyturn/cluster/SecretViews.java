package dev.keyturn.cluster;

import com.github.benmanes.caffeine.cache.Caffeine;
import dev.keyturn.api.Labels;
import dev.keyturn.ops.Room;
import dev.keyturn.source.KeyedHash;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The managed Secrets of the cluster, without their values. Foreign Secrets cost nothing: the watch
 * selects our label. Whoever writes Secrets may set that, too, so that there is a bound: who finds
 * no {@link Room} is kept abridged, and read again when it is needed.
 */
public final class SecretViews {
  private static final long SYNC_MINUTES = 2;
  private static final Duration LATE = Duration.ofMinutes(2);

  private final KubernetesClient client;
  private final KeyedHash hash;
  private final UnreadableObjects unreadable;
  private final Room room;
  private final List<Consumer<SecretView>> listeners = new CopyOnWriteArrayList<>();
  private final ConcurrentHashMap<String, SecretView> views = new ConcurrentHashMap<>();

  /** Keys by the UID of the controller; changed only together with the view of that key. */
  private final ConcurrentHashMap<String, Set<String>> owned = new ConcurrentHashMap<>();

  /** What was deleted a moment ago: the answer of a write before that may come late. */
  private final com.github.benmanes.caffeine.cache.Cache<String, SecretView> gone =
      Caffeine.newBuilder()
          .maximumSize(10_000)
          .expireAfterWrite(LATE)
          .executor(Runnable::run)
          .build();

  private final AtomicReference<@Nullable SharedIndexInformer<Secret>> informer =
      new AtomicReference<>();

  public SecretViews(KubernetesClient client, KeyedHash hash, UnreadableObjects unreadable) {
    this(client, hash, unreadable, ObjectRoom.SHARED);
  }

  SecretViews(KubernetesClient client, KeyedHash hash, UnreadableObjects unreadable, Room room) {
    this.client = client;
    this.hash = hash;
    this.unreadable = unreadable;
    this.room = room;
  }

  /** Has the listener told of every Secret that somebody wrote or deleted, with its last view. */
  public void listen(Consumer<SecretView> listener) {
    listeners.add(listener);
  }

  /** Starts the watch and waits until all managed Secrets are known. */
  public void start() throws InterruptedException, TimeoutException {
    SharedIndexInformer<Secret> started =
        client
            .secrets()
            .inAnyNamespace()
            .withLabel(Labels.MANAGED, "true")
            .withLimit(Lists.PAGE)
            .runnableInformer(0)
            .exceptionHandler((begun, failure) -> true)
            .itemStore(new Forgetful());
    informer.set(started);
    try {
      started.start().toCompletableFuture().get(SYNC_MINUTES, TimeUnit.MINUTES);
    } catch (java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException("The watch of managed Secrets did not start", e.getCause());
    }
  }

  public void stop() {
    SharedIndexInformer<Secret> running = informer.getAndSet(null);
    if (running != null) {
      running.stop();
    }
  }

  /** Whether the watch lives, if only by trying again. */
  public boolean running() {
    SharedIndexInformer<Secret> started = informer.get();
    return started != null && started.isRunning();
  }

  /** Whether it hears of changes at this moment; one that is opened anew does not. */
  public boolean watching() {
    SharedIndexInformer<Secret> started = informer.get();
    return started != null && started.isWatching();
  }

  /** Empty, too, for one of which little is kept. */
  public Optional<SecretView> get(String namespace, String name) {
    return Optional.ofNullable(views.get(key(namespace, name))).filter(view -> !view.isAbridged());
  }

  /** The names of the keys of a managed Secret; empty if none is known by that name. */
  public Optional<Set<String>> keys(String namespace, String name) {
    return get(namespace, name).map(view -> view.digest().keys().keySet());
  }

  /** Secrets that name this ExternalSecret as their controller. */
  public List<SecretView> controlledBy(String namespace, String uid) {
    return owned.getOrDefault(uid, Set.of()).stream()
        .flatMap(key -> Optional.ofNullable(views.get(key)).stream())
        .filter(view -> view.namespace().equals(namespace) && view.controlledBy(uid))
        .toList();
  }

  /**
   * Takes the answer of a write at once, so that the next reconcile does not decide on an older
   * state.
   */
  public SecretView put(Secret written) {
    SecretView answer = SecretView.of(written, hash);
    SecretView last = gone.getIfPresent(key(answer.namespace(), answer.name()));
    boolean outlived =
        last != null
            && last.uid().equals(answer.uid())
            && !answer.version().isAfter(last.version());
    return outlived ? answer : keepNewer(answer);
  }

  /** Reads the Secret itself: one that lacks our label is not in the view. */
  public Optional<Secret> read(String namespace, String name) {
    return Optional.ofNullable(client.secrets().inNamespace(namespace).withName(name).get());
  }

  /** Forgets a view that was found to be old, unless a newer one has come since. */
  public void drop(SecretView old) {
    views.computeIfPresent(
        key(old.namespace(), old.name()),
        (key, view) -> {
          if (!view.uid().equals(old.uid()) || view.version().isAfter(old.version())) {
            return view;
          }
          disown(key, view);
          room.give(view.namespace(), view.weight());
          return null;
        });
  }

  /** The newer of the two, whole, whatever is kept of it. */
  private SecretView keepNewer(SecretView offered) {
    SecretView kept =
        views.compute(
            key(offered.namespace(), offered.name()),
            (key, known) -> {
              if (known != null && known.version().isAfter(offered.version())) {
                return known;
              }
              if (known != null) {
                disown(key, known);
              }
              return fitting(key, offered, known == null ? 0 : known.weight());
            });
    return kept != null && kept.version().isAfter(offered.version()) ? kept : offered;
  }

  private @Nullable SecretView fitting(String key, SecretView offered, long before) {
    SecretView little = offered.abridged();
    boolean whole = room.replace(offered.namespace(), before, offered.weight());
    if (!whole && !room.squeeze(offered.namespace(), before, little.weight())) {
      room.give(offered.namespace(), before);
      unreadable.found("Secret", key, new NoRoomForIt());
      return null;
    }
    own(key, offered);
    return whole ? offered : little;
  }

  private void own(String key, SecretView view) {
    view.controller()
        .ifPresent(
            owner ->
                owned.compute(
                    owner.getUid(),
                    (uid, keys) -> {
                      Set<String> more = new HashSet<>(keys == null ? Set.of() : keys);
                      more.add(key);
                      return Set.copyOf(more);
                    }));
  }

  private void disown(String key, SecretView view) {
    view.controller()
        .ifPresent(
            owner ->
                owned.computeIfPresent(
                    owner.getUid(),
                    (uid, keys) -> {
                      Set<String> fewer = new HashSet<>(keys);
                      fewer.remove(key);
                      return fewer.isEmpty() ? null : Set.copyOf(fewer);
                    }));
  }

  private static String key(String namespace, String name) {
    return namespace + "/" + name;
  }

  /**
   * Turns each Secret into its view before anything else sees it, so that all are known when the
   * watch has started, and keeps of the Secret only what the informer itself needs.
   */
  private final class Forgetful extends BasicItemStore<Secret> {
    Forgetful() {
      super(Cache::metaNamespaceKeyFunc);
    }

    @Override
    public Secret put(String key, Secret secret) {
      SecretView before = views.get(key);
      if (before == null
          || !before.resourceVersion().equals(secret.getMetadata().getResourceVersion())) {
        take(key, secret);
      }
      return super.put(
          key,
          new SecretBuilder()
              .withNewMetadata()
              .withNamespace(secret.getMetadata().getNamespace())
              .withName(secret.getMetadata().getName())
              .withUid(secret.getMetadata().getUid())
              .withResourceVersion(secret.getMetadata().getResourceVersion())
              .endMetadata()
              .build());
    }

    @Override
    public Secret remove(String key) {
      Secret removed = super.remove(key);
      if (removed != null) {
        String namespace = removed.getMetadata().getNamespace();
        String name = removed.getMetadata().getName();
        SecretView last = views.get(key(namespace, name));
        if (last != null && last.uid().equals(removed.getMetadata().getUid())) {
          gone.put(key(namespace, name), last.abridged());
          drop(last);
          tell(last);
        }
      }
      return removed;
    }

    /** Nothing leaves here: it would end the watch, and the list at the next start. */
    private void take(String key, Secret secret) {
      try {
        SecretView offered = SecretView.of(secret, hash);
        keepNewer(offered);
        tell(offered);
      } catch (RuntimeException e) {
        unreadable.found("Secret", key, e);
        Optional.ofNullable(views.get(key)).ifPresent(known -> drop(known));
      }
    }

    private void tell(SecretView view) {
      for (Consumer<SecretView> listener : listeners) {
        try {
          listener.accept(view);
        } catch (RuntimeException e) {
          unreadable.found("Secret", key(view.namespace(), view.name()), e);
        }
      }
    }
  }
}
