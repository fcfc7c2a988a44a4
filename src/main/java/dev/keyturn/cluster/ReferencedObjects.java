package dev.keyturn.cluster;

import dev.keyturn.ops.Room;
import dev.keyturn.ops.Tasks;
import dev.keyturn.source.KeyedHash;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * ServiceAccounts, ConfigMaps and Secrets that ExternalSecrets and stores name: each followed by
 * one watch of that one object, however many name it. Past the bound an object is read anew every
 * five minutes, and by a watch as soon as one is free. One that finds no {@link Room} either is
 * read each time that it is asked for, and a change of it wakes nobody: names, be they of nothing,
 * do not fill the heap.
 */
public final class ReferencedObjects {
  /** Each of some hundred objects may have a MiB. */
  private static final int LARGEST_KEPT = 32 << 10;

  private final KubernetesClient client;
  private final FollowedObjects followed;
  private final UnreadableObjects unreadable;
  private final View<ServiceAccount, ServiceAccountView> serviceAccounts =
      new View<>(ServiceAccount.class, ServiceAccountView::of, ServiceAccountView::weight);
  private final View<ConfigMap, SmallMap> configMaps =
      new View<>(ConfigMap.class, SmallMap::of, SmallMap::weight);
  private final View<Secret, SecretView> secrets;

  /**
   * @param room for what is followed without a watch, and for who uses what
   * @param wake told of each user of an object that changed
   */
  public ReferencedObjects(
      KubernetesClient client,
      KeyedHash hash,
      int maxWatches,
      Room room,
      InstantSource clock,
      Tasks tasks,
      Consumer<ObjectUser> wake,
      UnreadableObjects unreadable) {
    this.client = client;
    this.followed = new FollowedObjects(maxWatches, room, clock, tasks, wake);
    this.unreadable = unreadable;
    this.secrets =
        new View<>(Secret.class, secret -> small(SecretView.of(secret, hash)), SecretView::weight);
  }

  /** What is kept of a kind of object. */
  private record View<R extends HasMetadata, T>(
      Class<R> type, Function<R, T> of, ToLongFunction<T> weight) {}

  /** A ConfigMap, or of a large one only that it is there. */
  private record SmallMap(Optional<ConfigMap> map, long weight) {
    static SmallMap of(ConfigMap map) {
      long weight = BoundedItemStore.weight(map);
      return weight <= LARGEST_KEPT
          ? new SmallMap(Optional.of(map), weight)
          : new SmallMap(Optional.empty(), 0);
    }
  }

  private static SecretView small(SecretView view) {
    return view.weight() <= LARGEST_KEPT ? view : view.abridged();
  }

  public Optional<ServiceAccountView> serviceAccount(String namespace, String name) {
    return current(new ObjectRef(ObjectRef.Kind.SERVICE_ACCOUNT, namespace, name), serviceAccounts);
  }

  /** Only a small one is kept; a larger one is read again each time. */
  public Optional<ConfigMap> configMap(String namespace, String name) {
    return current(new ObjectRef(ObjectRef.Kind.CONFIG_MAP, namespace, name), configMaps)
        .flatMap(
            kept ->
                kept.map()
                    .or(
                        () ->
                            Optional.ofNullable(
                                client.configMaps().inNamespace(namespace).withName(name).get())));
  }

  /**
   * A Secret without its values; who needs those reads the Secret itself. Of one with very many
   * keys not even those are kept.
   */
  public Optional<SecretView> secret(String namespace, String name) {
    return current(new ObjectRef(ObjectRef.Kind.SECRET, namespace, name), secrets);
  }

  /** Where the changes stand; to be asked before objects are looked up. */
  public long changes() {
    return followed.changes();
  }

  /**
   * Replaces what a user is woken for, once it has looked it up, be it later; what nobody uses any
   * more is no longer followed.
   *
   * @param seen where the changes stood before the user looked them up: who has missed one is woken
   */
  public void use(ObjectUser user, Set<ObjectRef> refs, long seen) {
    followed.use(user, refs, seen);
  }

  /** The user is gone. */
  public void leave(ObjectUser user) {
    followed.use(user, Set.of(), 0);
  }

  /**
   * Has a user woken for one Secret more than those of its last {@link #use}: one that is not there
   * yet, or not ours, is not among the managed ones. What happened to it before wakes nobody.
   */
  public void alsoUseSecret(ObjectUser user, String namespace, String name) {
    var _ = secret(namespace, name);
    followed.alsoUse(user, new ObjectRef(ObjectRef.Kind.SECRET, namespace, name));
  }

  /** Those whose watch hears of no change at this moment, be it that it is opened anew. */
  public Set<ObjectRef> unheard() {
    return followed.unheard();
  }

  public void close() {
    followed.close();
  }

  private <R extends HasMetadata, T> Optional<T> current(ObjectRef ref, View<R, T> view) {
    Optional<FollowedObject<T>> object =
        followed.follow(
            ref,
            changed -> new Watched<>(ref, resource(ref, view), view.of(), changed, unreadable));
    Optional<Watched<?, T>> watch = object.flatMap(it -> it.watch);
    if (watch.isPresent()) {
      return watch.get().get();
    }
    Optional<Optional<T>> kept = object.flatMap(it -> it.kept);
    if (kept.isPresent()) {
      return kept.get();
    }
    Optional<T> found = Optional.ofNullable(resource(ref, view).get()).map(view.of());
    object.ifPresent(
        it -> followed.keep(it, found, found.map(view.weight()::applyAsLong).orElse(0L)));
    return found;
  }

  private <R extends HasMetadata> Resource<R> resource(ObjectRef ref, View<R, ?> view) {
    return client.resources(view.type()).inNamespace(ref.namespace()).withName(ref.name());
  }
}
