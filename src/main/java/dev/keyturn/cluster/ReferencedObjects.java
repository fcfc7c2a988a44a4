package dev.keyturn.cluster;

import dev.keyturn.ops.Tasks;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * ServiceAccounts, ConfigMaps and Secrets that ExternalSecrets and stores name: each followed by
 * one watch of that one object, however many name it. Past the bound an object is read anew every
 * five minutes, and by a watch as soon as one is free.
 */
public final class ReferencedObjects {
  private static final Logger LOG = Logger.getLogger(ReferencedObjects.class);
  static final Duration UNWATCHED_AGE = Duration.ofMinutes(5);
  private static final Duration UNUSED = Duration.ofMinutes(1);
  private static final int MOST_TRIES = 3;

  /** Each of some hundred objects may have a MiB. */
  private static final int LARGEST_KEPT = 32 << 10;

  private final KubernetesClient client;
  private final KeyedHash hash;
  private final int maxWatches;
  private final InstantSource clock;
  private final Tasks tasks;
  private final Consumer<ObjectUser> wake;
  private final UnreadableObjects unreadable;
  private final ConcurrentHashMap<ObjectRef, Tracked<?>> followed = new ConcurrentHashMap<>();
  private final Map<ObjectUser, Set<ObjectRef>> uses = new HashMap<>();
  private final Map<ObjectRef, Set<ObjectUser>> users = new HashMap<>();

  /** Followed by nobody: looked up and not used yet, or used no more. */
  private final Set<ObjectRef> unused = new HashSet<>();

  /** The number of the last change of each object that is followed. */
  private final Map<ObjectRef, Long> changed = new HashMap<>();

  private long changes;
  private final AtomicBoolean told = new AtomicBoolean();

  /**
   * @param wake told of each user of an object that changed
   */
  public ReferencedObjects(
      KubernetesClient client,
      KeyedHash hash,
      int maxWatches,
      InstantSource clock,
      Tasks tasks,
      Consumer<ObjectUser> wake,
      UnreadableObjects unreadable) {
    this.client = client;
    this.hash = hash;
    this.maxWatches = maxWatches;
    this.clock = clock;
    this.tasks = tasks;
    this.wake = wake;
    this.unreadable = unreadable;
  }

  public Optional<ServiceAccount> serviceAccount(String namespace, String name) {
    return current(
        new ObjectRef(ObjectRef.Kind.SERVICE_ACCOUNT, namespace, name),
        ServiceAccount.class,
        Function.identity());
  }

  /** Only a small one is kept; a larger one is read again each time. */
  public Optional<ConfigMap> configMap(String namespace, String name) {
    return current(
            new ObjectRef(ObjectRef.Kind.CONFIG_MAP, namespace, name),
            ConfigMap.class,
            ReferencedObjects::smallOrEmpty)
        .flatMap(
            kept ->
                kept.isPresent()
                    ? kept
                    : Optional.ofNullable(
                        client.configMaps().inNamespace(namespace).withName(name).get()));
  }

  private static Optional<ConfigMap> smallOrEmpty(ConfigMap map) {
    return Optional.of(map).filter(it -> PackedItemStore.JSON.asJson(it).length() <= LARGEST_KEPT);
  }

  /**
   * A Secret without its values; who needs those reads the Secret itself. Of one with very many
   * keys not even those are kept.
   */
  public Optional<SecretView> secret(String namespace, String name) {
    return current(
        new ObjectRef(ObjectRef.Kind.SECRET, namespace, name),
        Secret.class,
        secret -> {
          SecretView view = SecretView.of(secret, hash);
          return view.weight() <= LARGEST_KEPT ? view : view.abridged();
        });
  }

  /** Where the changes stand; to be asked before objects are looked up. */
  public synchronized long changes() {
    return changes;
  }

  /**
   * Replaces what a user is woken for; an object that nobody uses any more is no longer followed.
   *
   * @param seen where the changes stood before the user looked them up: who has missed one is woken
   */
  public synchronized void use(ObjectUser user, Set<ObjectRef> refs, long seen) {
    Set<ObjectRef> before = uses.getOrDefault(user, Set.of());
    refs.stream().filter(ref -> !before.contains(ref)).forEach(ref -> enter(user, ref));
    before.stream().filter(ref -> !refs.contains(ref)).forEach(ref -> leave(user, ref));
    if (refs.isEmpty()) {
      uses.remove(user);
    } else {
      uses.put(user, Set.copyOf(refs));
    }
    tidy();
    if (refs.stream().anyMatch(ref -> changed.getOrDefault(ref, 0L) > seen)) {
      wake.accept(user);
    }
  }

  /** The user is gone. */
  public void leave(ObjectUser user) {
    use(user, Set.of(), 0);
  }

  /**
   * Has a user woken for one Secret more than those of its last {@link #use}: one that is not there
   * yet, or not ours, is not among the managed ones.
   */
  public void alsoUseSecret(ObjectUser user, String namespace, String name) {
    ObjectRef ref = new ObjectRef(ObjectRef.Kind.SECRET, namespace, name);
    synchronized (this) {
      Set<ObjectRef> all = new HashSet<>(uses.getOrDefault(user, Set.of()));
      all.add(ref);
      uses.put(user, Set.copyOf(all));
      enter(user, ref);
    }
    var _ = secret(namespace, name);
  }

  private void enter(ObjectUser user, ObjectRef ref) {
    users.computeIfAbsent(ref, r -> new HashSet<>()).add(user);
    unused.remove(ref);
  }

  private void leave(ObjectUser user, ObjectRef ref) {
    Set<ObjectUser> others = users.getOrDefault(ref, new HashSet<>());
    others.remove(user);
    if (others.isEmpty()) {
      users.remove(ref);
      unused.add(ref);
    }
  }

  /** Not what was looked up a moment ago: whoever did so is about to use it. */
  private void tidy() {
    Instant longAgo = clock.instant().minus(UNUSED);
    unused.removeIf(
        ref -> {
          Tracked<?> object = followed.get(ref);
          if (object != null && !object.readBefore(longAgo)) {
            return false;
          }
          changed.remove(ref);
          if (object != null) {
            followed.remove(ref);
            object.close();
          }
          return true;
        });
  }

  public void close() {
    followed.values().forEach(Tracked::close);
    followed.clear();
  }

  /** What is let go in between, as nobody seemed to use it, is looked up again. */
  @SuppressWarnings("unchecked")
  private <R extends HasMetadata, T> Optional<T> current(
      ObjectRef ref, Class<R> type, Function<R, T> view) {
    Optional<T> found = Optional.empty();
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      Tracked<T> object =
          (Tracked<T>) followed.computeIfAbsent(ref, missing -> follow(missing, type, view));
      noteUnused(ref);
      found = object.get(clock.instant());
      if (object.equals(followed.get(ref))) {
        break;
      }
      object.close();
    }
    return found;
  }

  private synchronized void noteUnused(ObjectRef ref) {
    if (!users.containsKey(ref)) {
      unused.add(ref);
    }
  }

  private <R extends HasMetadata, T> Tracked<T> follow(
      ObjectRef ref, Class<R> type, Function<R, T> view) {
    Resource<R> resource = client.resources(type).inNamespace(ref.namespace()).withName(ref.name());
    if (followed.values().stream().filter(Tracked::watched).count() >= maxWatches) {
      if (told.compareAndSet(false, true)) {
        LOG.warnf(
            "More than %d objects are referenced: the others are read every five minutes"
                + " (keyturn.watch.max-objects)",
            maxWatches);
      }
      Once<T> once = new Once<>(() -> Optional.ofNullable(resource.get()).map(view));
      tasks.after(UNWATCHED_AGE, () -> expire(ref, once));
      return once;
    }
    return new Watched<>(ref, resource, view, () -> changed(ref), unreadable);
  }

  /** Nobody says whether it changed: who uses it looks it up anew. */
  private void expire(ObjectRef ref, Once<?> once) {
    if (followed.remove(ref, once)) {
      changed(ref);
    }
  }

  private void changed(ObjectRef ref) {
    Set<ObjectUser> concerned;
    synchronized (this) {
      changed.put(ref, ++changes);
      concerned = Set.copyOf(users.getOrDefault(ref, Set.of()));
    }
    concerned.forEach(wake);
  }

  /** Those whose watch hears of no change at this moment, be it that it is opened anew. */
  public Set<ObjectRef> unheard() {
    Set<ObjectRef> unheard = new HashSet<>();
    followed.forEach((ref, object) -> unheard.addAll(object.hears() ? Set.of() : Set.of(ref)));
    return unheard;
  }

  interface Tracked<T> {
    Optional<T> get(Instant now);

    boolean watched();

    boolean hears();

    boolean readBefore(Instant instant);

    void close();
  }

  /** One that is read when it is first asked for, and never again. */
  private static final class Once<T> implements Tracked<T> {
    private final Supplier<Optional<T>> read;
    private Optional<Optional<T>> found = Optional.empty();
    private Instant asked = Instant.MIN;

    Once(Supplier<Optional<T>> read) {
      this.read = read;
    }

    @Override
    public synchronized Optional<T> get(Instant now) {
      asked = now;
      if (found.isEmpty()) {
        found = Optional.of(read.get());
      }
      return found.get();
    }

    @Override
    public boolean watched() {
      return false;
    }

    @Override
    public boolean hears() {
      return true;
    }

    @Override
    public synchronized boolean readBefore(Instant instant) {
      return asked.isBefore(instant);
    }

    @Override
    public void close() {}
  }
}
