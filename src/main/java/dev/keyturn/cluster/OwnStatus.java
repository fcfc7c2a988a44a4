package dev.keyturn.cluster;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The part of a status that one reconciler of ours owns, under its own field manager. The
 * reconciler asks {@link #known} what the status says, and {@link #write}s if it has something new
 * to say.
 *
 * <p>What was written is remembered until the watch has brought that or something newer: a
 * reconciler that is called in between would otherwise decide on what it has changed itself. It is
 * bounded in memory and time, so that who never hears of deletions need not {@link #forget}: lost
 * while the watch lags, it costs a second write, and sync may take one change for two.
 *
 * <p>Not written by the operator framework, whose filter for its own status writes can drop an edit
 * of somebody else that lands while the write is under way.
 *
 * @param <R> the kind of object
 * @param <T> its status
 */
public final class OwnStatus<R extends CustomResource<?, T>, T> {
  /** Of the heap: a status may have some hundred KiB. */
  private static final long REMEMBERED = Runtime.getRuntime().maxMemory() / 32;

  /** Of the heap, about, beside what it says. */
  private static final int REST = 500;

  /** Longer than a watch that broke off takes to come back. */
  private static final Duration REMEMBERED_FOR = Duration.ofMinutes(10);

  private final KubernetesClient client;
  private final PatchContext apply;
  private final Supplier<R> empty;
  private final Function<R, T> reading;
  private final Cache<String, LastWrite<T>> written =
      Caffeine.newBuilder()
          .maximumWeight(REMEMBERED)
          .weigher((String _, LastWrite<T> it) -> it.weight())
          .expireAfterWrite(REMEMBERED_FOR)
          .build();

  private record LastWrite<T>(ResourceVersion version, T status) {
    int weight() {
      return Math.toIntExact(REST + BoundedItemStore.weight(status));
    }
  }

  /**
   * @param manager the field manager: what it wrote before and does not write again is removed
   * @param empty makes an object of the kind
   * @param reading gives an object's status, or as much of it as is worth remembering
   */
  public OwnStatus(
      KubernetesClient client, String manager, Supplier<R> empty, Function<R, T> reading) {
    this.client = client;
    this.apply =
        new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(manager)
            .withForce(true)
            .build();
    this.empty = empty;
    this.reading = reading;
  }

  /** The status of an object that the watch told, or what we have written since. */
  public T known(R told) {
    return Optional.ofNullable(written.getIfPresent(uid(told)))
        .filter(ours -> ours.version().isAfter(ResourceVersion.of(told)))
        .map(LastWrite::status)
        .orElseGet(() -> reading.apply(told));
  }

  /**
   * Writes our part of the status of exactly this object; nothing if somebody has deleted it
   * meanwhile, even if another has its name by now.
   *
   * @param status only what is ours
   */
  public void write(R object, T status) {
    R fresh = empty.get();
    fresh.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(object.getMetadata().getNamespace())
            .withName(object.getMetadata().getName())
            .withUid(uid(object))
            .build());
    fresh.setStatus(status);
    try {
      remember(WholeAnswer.of(client.resource(fresh).subresource("status").patch(apply)));
    } catch (KubernetesClientException e) {
      if (!isGone(e, fresh)) {
        throw e;
      }
    }
  }

  /** The object is gone. */
  public void forget(R object) {
    written.invalidate(uid(object));
  }

  void remember(R answer) {
    written.put(uid(answer), new LastWrite<>(ResourceVersion.of(answer), reading.apply(answer)));
  }

  /** A conflict says that another has the name by now, or that the API server gave up a race. */
  private boolean isGone(KubernetesClientException e, R fresh) {
    return switch (e.getCode()) {
      case HttpURLConnection.HTTP_NOT_FOUND -> true;
      case HttpURLConnection.HTTP_CONFLICT -> LiveObject.of(client, fresh).isEmpty();
      default -> false;
    };
  }

  private static String uid(CustomResource<?, ?> object) {
    return object.getMetadata().getUid();
  }
}
