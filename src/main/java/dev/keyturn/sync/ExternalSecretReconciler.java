package dev.keyturn.sync;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.StoreRef;
import dev.keyturn.cluster.BoundedItemStore;
import dev.keyturn.cluster.BrokenOff;
import dev.keyturn.cluster.Lists;
import dev.keyturn.cluster.Namespaces;
import dev.keyturn.cluster.SecretViews;
import dev.keyturn.cluster.WatchNotStarted;
import dev.keyturn.cluster.WholeObjects;
import dev.keyturn.ops.NamespaceGone;
import dev.keyturn.ops.NotReady;
import dev.keyturn.ops.OutOfPatience;
import dev.keyturn.ops.SpecOrMarksChanged;
import dev.keyturn.ops.ToldReconciler;
import dev.keyturn.sync.store.StoreInformers;
import dev.keyturn.sync.store.StoreKey;
import dev.keyturn.sync.store.Waiting;
import dev.keyturn.sync.target.Rivals;
import dev.keyturn.sync.target.Unwritten;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Keeps the Secret of an ExternalSecret at what the source holds. */
@ApplicationScoped
@ControllerConfiguration(
    name = ExternalSecretReconciler.NAME,
    generationAwareEventProcessing = false,
    maxReconciliationInterval = @MaxReconciliationInterval(interval = 0),
    informer =
        @Informer(
            itemStore = BoundedItemStore.class,
            informerListLimit = Lists.PAGE,
            onUpdateFilter = SpecOrMarksChanged.class))
@GradualRetry(
    initialInterval = 500,
    intervalMultiplier = 2,
    maxInterval = 60_000,
    maxAttempts = 1 << 30)
public class ExternalSecretReconciler implements ToldReconciler<ExternalSecret> {
  static final String NAME = "sync";
  private static final Logger LOG = Logger.getLogger(ExternalSecretReconciler.class);
  private static final String BY_STORE = "store";
  private static final String BY_TARGET = "target";

  private final Sync sync;
  private final StatusPublisher publisher;
  private final Wakeups wakeups;
  private final Claimants claimants;
  private final Waiting waiting;
  private final Namespaces namespaces;
  private final SecretViews secrets;
  private final WholeObjects whole;
  private final Troubles troubles;
  private final NotReady notReady;
  private volatile Optional<Caches> caches = Optional.empty();

  /** The caches, known once the event sources are. */
  private record Caches(IndexerResourceCache<ExternalSecret> resources, StoreInformers stores) {

    /** All that write, or want to write, the Secret of that name. */
    Stream<ExternalSecret> sameTarget(ExternalSecret resource) {
      return resources
          .byIndex(BY_TARGET, target(resource.getMetadata().getNamespace(), resource.targetName()))
          .stream();
    }
  }

  ExternalSecretReconciler(
      Sync sync,
      StatusPublisher publisher,
      Wakeups wakeups,
      Claimants claimants,
      Waiting waiting,
      Namespaces namespaces,
      SecretViews secrets,
      WholeObjects whole,
      Troubles troubles,
      NotReady notReady) {
    this.sync = sync;
    this.publisher = publisher;
    this.wakeups = wakeups;
    this.claimants = claimants;
    this.waiting = waiting;
    this.namespaces = namespaces;
    this.secrets = secrets;
    this.whole = whole;
    this.troubles = troubles;
    this.notReady = notReady;
  }

  @Override
  public UpdateControl<ExternalSecret> reconcile(
      ExternalSecret resource, Context<ExternalSecret> context) {
    if (resource.isMarkedForDeletion()) {
      forget(resource);
      return UpdateControl.noUpdate();
    }
    Caches known = caches.orElseThrow();
    return wakeups
        .externalSecrets()
        .whileThere(resource, () -> finish(resource, synced(resource, known), known));
  }

  @Override
  public void brokeOff(ExternalSecret resource, int tries, Exception why) {
    BrokenOff.tell(resource, "its sync", tries, why);
  }

  private void forget(ExternalSecret resource) {
    sync.forget(resource);
    troubles.over(resource);
    notReady.found(resource, Optional.empty());
    caches.ifPresent(known -> wakeOthers(resource, known));
  }

  /** What AWS or the API server do not give or take is told like everything else. */
  private SyncOutcome synced(ExternalSecret told, Caches known) {
    try {
      return whole
          .of(told)
          .map(it -> sync.run(it, known.stores(), Rivals.of(it, known.sameTarget(it))))
          .orElseGet(SyncOutcome.Ignored::new);
    } catch (OutOfPatience e) {
      return SyncOutcome.Waits.of(e, told);
    } catch (WatchNotStarted e) {
      return new SyncOutcome.ApiFailed(e.code(), e.getMessage());
    } catch (KubernetesClientException e) {
      if (NamespaceGone.refused(e)) {
        return new SyncOutcome.Ignored();
      }
      return SyncOutcome.ApiFailed.of(e);
    } catch (RuntimeException e) {
      LOG.errorf(
          "The sync of ExternalSecret %s/%s broke down: %s",
          told.getMetadata().getNamespace(), told.getMetadata().getName(), e.getClass().getName());
      return new SyncOutcome.BrokeDown(e.getClass().getSimpleName());
    }
  }

  private UpdateControl<ExternalSecret> finish(
      ExternalSecret resource, SyncOutcome outcome, Caches known) {
    if (outcome instanceof SyncOutcome.AtRest) {
      publisher.atRest(resource);
    }
    if (outcome instanceof SyncOutcome.AtRest || outcome instanceof SyncOutcome.Ignored) {
      notReady.found(resource, Optional.empty());
    }
    outcome.cause().ifPresent(notReady::failed);
    Optional<Verdict> verdict = Verdict.of(outcome);
    Troubles.Course course = troubles.note(resource, verdict);
    if (course.isDue()) {
      boolean warned = publisher.publish(resource, outcome, verdict.orElseThrow(), course.told());
      troubles.told(resource);
      notReady.found(resource, verdict.filter(found -> !found.isGood()).map(Verdict::reason));
      if (warned
          && outcome instanceof SyncOutcome.NotWritten(Unwritten.NotOurs(var why, String holder))) {
        known
            .resources()
            .get(new ResourceID(holder, resource.getMetadata().getNamespace()))
            .ifPresent(other -> claimants.tell(other, resource, why));
      }
    }
    if (outcome instanceof SyncOutcome.Synced synced
        && synced.wrote()
        && resource.statusOrEmpty().content() == null) {
      // Who creates a Secret cannot tell whether another does so at the same moment.
      wakeOthers(resource, known);
    }
    Optional<Duration> again =
        switch (outcome) {
          case SyncOutcome.Closed(Optional<Duration> opens) -> opens;
          case SyncOutcome.Doubted(Duration look) -> Optional.of(look);
          default -> course.again();
        };
    UpdateControl<ExternalSecret> control = UpdateControl.noUpdate();
    again.ifPresent(control::rescheduleAfter);
    return control;
  }

  /** Wakes who has the same target: it may have lost keys, or may have them now. */
  private void wakeOthers(ExternalSecret resource, Caches known) {
    known
        .sameTarget(resource)
        .map(ExternalSecret::getMetadata)
        .filter(other -> !other.getUid().equals(resource.getMetadata().getUid()))
        .forEach(other -> wakeups.wake(other.getNamespace(), other.getName()));
  }

  @Override
  public List<EventSource<?, ExternalSecret>> prepareEventSources(
      EventSourceContext<ExternalSecret> context) {
    IndexerResourceCache<ExternalSecret> resources = context.getPrimaryCache();
    resources.addIndexer(BY_STORE, ExternalSecretReconciler::storeKeys);
    resources.addIndexer(
        BY_TARGET,
        resource -> List.of(target(resource.getMetadata().getNamespace(), resource.targetName())));
    StoreInformers stores = new StoreInformers(context, whole, store -> users(resources, store));
    namespaces.listen(namespace -> wake(() -> resources.list(namespace, resource -> true)));
    secrets.listen(
        secret ->
            wake(
                () ->
                    resources
                        .byIndex(BY_TARGET, target(secret.namespace(), secret.name()))
                        .stream()));
    caches = Optional.of(new Caches(resources, stores));
    wakeups.externalSecrets().whenGone(resources, this::forget);
    waiting.among(
        store -> resources.byIndex(BY_STORE, store.toString()).stream(), stores::findHeld);
    return Stream.concat(
            stores.eventSources().stream(),
            Stream.<EventSource<?, ExternalSecret>>of(wakeups.externalSecrets()))
        .toList();
  }

  /** Before the start there is no cache to ask; then everything is reconciled anyway. */
  private void wake(Supplier<Stream<ExternalSecret>> concerned) {
    if (wakeups.running()) {
      concerned
          .get()
          .map(ExternalSecret::getMetadata)
          .forEach(it -> wakeups.wake(it.getNamespace(), it.getName()));
    }
  }

  private static String target(String namespace, String secret) {
    return namespace + "/" + secret;
  }

  private static Set<ResourceID> users(
      IndexerResourceCache<ExternalSecret> resources, StoreKey store) {
    return resources.byIndex(BY_STORE, store.toString()).stream()
        .map(ResourceID::fromResource)
        .collect(Collectors.toSet());
  }

  private static List<String> storeKeys(ExternalSecret resource) {
    return resource.getSpec().stores().stream()
        .map(ref -> key(ref, resource.getMetadata().getNamespace()).toString())
        .distinct()
        .toList();
  }

  private static StoreKey key(StoreRef ref, String namespace) {
    String name = Optional.ofNullable(ref.name()).orElse("");
    return StoreKey.of(new dev.keyturn.render.StoreName(ref.kind(), name), namespace);
  }
}
