package dev.keyturn.sync.store;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretSpec.RefreshPolicy;
import dev.keyturn.api.StoreKind;
import dev.keyturn.render.Checked;
import dev.keyturn.render.Plan;
import dev.keyturn.render.Request;
import dev.keyturn.render.SpecReader;
import dev.keyturn.render.StoreName;
import dev.keyturn.render.StoreView;
import dev.keyturn.source.CredentialSubject;
import dev.keyturn.source.Identity;
import dev.keyturn.source.Reference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The ExternalSecrets that the watch knows and that have not been read yet, and what they will ask
 * for: so that a call that is made anyway brings it along. Each is resolved as for its own sync,
 * conditions of the store included, and only what would be asked as the same identity counts.
 */
public final class Waiting {
  /**
   * ExternalSecrets and their entries that are looked at for one call, which waits for it: who
   * makes thousands that cannot be read keeps nobody busy by it.
   */
  private static final int MOST_TRIED = 200;

  /** Entries; who has more fills calls by himself. */
  private static final int FEW = 20;

  /** As {@link StoreResolver#resolve}. */
  @FunctionalInterface
  public interface Resolving {
    Resolution resolve(StoreKey store, StoreLookup stores, String namespace);
  }

  private final Resolving resolver;
  private final Predicate<ExternalSecret> waits;
  private final AtomicInteger next = new AtomicInteger();
  private volatile Function<StoreKey, Stream<ExternalSecret>> users = store -> Stream.empty();
  private volatile StoreLookup stores = store -> Optional.empty();

  /**
   * @param waits whether it was never read
   */
  public Waiting(Resolving resolver, Predicate<ExternalSecret> waits) {
    this.resolver = resolver;
    this.waits = waits;
  }

  /**
   * Where they are found, once that is known.
   *
   * @param users who names a store
   */
  public void among(Function<StoreKey, Stream<ExternalSecret>> users, StoreLookup stores) {
    this.users = users;
    this.stores = stores;
  }

  /**
   * Whom a call has brought along waits on until it is his turn: another call begins behind him.
   */
  private Stream<ExternalSecret> fromTheNext(List<ExternalSecret> users) {
    if (users.isEmpty()) {
      return Stream.empty();
    }
    int begin = Math.floorMod(next.getAndAdd(FEW), users.size());
    return Stream.concat(
        users.subList(begin, users.size()).stream(), users.subList(0, begin).stream());
  }

  /** What will be asked for as that identity, by those who use the store from the namespace. */
  public Supplier<Stream<Reference>> as(Identity identity, StoreName store, String namespace) {
    return new Company(this, identity, store, namespace);
  }

  /** Equal for all who would bring the same along. */
  private record Company(Waiting waiting, Identity identity, StoreName store, String namespace)
      implements Supplier<Stream<Reference>> {
    @Override
    public Stream<Reference> get() {
      StoreKey key = StoreKey.of(store, namespace);
      Map<String, Resolution> resolved = new HashMap<>();
      AtomicInteger tried = new AtomicInteger();
      return waiting
          .fromTheNext(waiting.users.apply(key).toList())
          .filter(it -> inReach(it.getMetadata().getNamespace()))
          .filter(it -> mayBeReadEarly(it) && waiting.waits.test(it))
          .takeWhile(it -> tried.addAndGet(1 + entries(it)) <= MOST_TRIED)
          .flatMap(it -> wanted(it, resolved));
    }

    /**
     * Another namespace has another identity, and objects of its own to look up for it, wherever
     * the namespace may be part of it.
     */
    private boolean inReach(String other) {
      return other.equals(namespace)
          || (store.kind() == StoreKind.CLUSTER_SECRET_STORE
              && identity.subject() instanceof CredentialSubject.Operator
              && identity.chain().isEmpty());
    }

    private static int entries(ExternalSecret resource) {
      return resource.getSpec().data().size() + resource.getSpec().dataFrom().size();
    }

    /**
     * The others want to read by themselves, or not now. A search is none that somebody else's call
     * could bring, and its pattern costs much to look at.
     */
    private static boolean mayBeReadEarly(ExternalSecret resource) {
      return resource.unreadable().isEmpty()
          && !resource.isAbridged()
          && !resource.isMarkedForDeletion()
          && resource.getSpec().refreshPolicy() == RefreshPolicy.PERIODIC
          && resource.getSpec().syncWindows() == null
          && resource.getSpec().dataFrom().stream().allMatch(entry -> entry.find() == null)
          && entries(resource) <= FEW;
    }

    private Stream<Reference> wanted(ExternalSecret resource, Map<String, Resolution> resolved) {
      if (!(SpecReader.read(resource) instanceof Checked.Good<Plan>(Plan plan))
          || !plan.stores().equals(Set.of(store))) {
        return Stream.empty();
      }
      Resolution resolution =
          resolved.computeIfAbsent(
              resource.getMetadata().getNamespace(),
              other -> waiting.resolver.resolve(StoreKey.of(store, other), waiting.stores, other));
      if (!(resolution instanceof Resolution.Usable usable)
          || !usable.identity().equals(identity)) {
        return Stream.empty();
      }
      StoreView view = new StoreView(identity.service(), usable.prefix());
      return Request.of(plan, Map.of(store, view)) instanceof Checked.Good<Request>(Request asked)
          ? asked.refs(store).stream().map(ref -> new Reference(identity, ref))
          : Stream.empty();
    }
  }
}
