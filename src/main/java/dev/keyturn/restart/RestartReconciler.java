package dev.keyturn.restart;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretStatus;
import dev.keyturn.cluster.BrokenOff;
import dev.keyturn.cluster.Lists;
import dev.keyturn.cluster.Namespaces;
import dev.keyturn.cluster.OwnStatus;
import dev.keyturn.cluster.SecretViews;
import dev.keyturn.cluster.ServerClock;
import dev.keyturn.cluster.TemplatePatcher;
import dev.keyturn.cluster.UnreadableObjects;
import dev.keyturn.cluster.WorkloadEvents;
import dev.keyturn.cluster.WorkloadPods;
import dev.keyturn.ops.Settings;
import dev.keyturn.ops.ToldReconciler;
import dev.keyturn.restart.act.Acting;
import dev.keyturn.restart.act.Metrics;
import dev.keyturn.restart.act.Places;
import dev.keyturn.restart.act.Restarter;
import dev.keyturn.restart.act.StatusWriter;
import dev.keyturn.restart.decide.Decision;
import dev.keyturn.restart.decide.Decision.Judged;
import dev.keyturn.restart.decide.FreshnessRules;
import dev.keyturn.restart.decide.RestartPlan;
import dev.keyturn.restart.gather.Changes;
import dev.keyturn.restart.gather.ConsumerIndex;
import dev.keyturn.restart.gather.Gatherer;
import dev.keyturn.restart.gather.PrunedExternalSecrets;
import dev.keyturn.restart.gather.Refusals;
import dev.keyturn.restart.gather.RelevantUpdates;
import dev.keyturn.restart.gather.RequiredKeys;
import dev.keyturn.restart.gather.SeenFresh;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Restarts what still uses an older content of the Secret that an ExternalSecret writes. It knows
 * only what the API server holds: the record of changes in the status, the workloads, their pods.
 */
@ApplicationScoped
@ControllerConfiguration(
    name = "restart",
    generationAwareEventProcessing = false,
    maxReconciliationInterval = @MaxReconciliationInterval(interval = 0),
    informer =
        @Informer(
            itemStore = PrunedExternalSecrets.class,
            informerListLimit = Lists.PAGE,
            onUpdateFilter = RelevantUpdates.class))
@GradualRetry(
    initialInterval = 500,
    intervalMultiplier = 2,
    maxInterval = 60_000,
    maxAttempts = 1 << 30)
public class RestartReconciler
    // The framework looks for its type at this interface alone.
    implements Reconciler<ExternalSecret>, ToldReconciler<ExternalSecret> {
  private static final String BY_TARGET = "target";
  private static final Duration AT_ONCE = Duration.ofMillis(1);
  private static final Duration SOON = Duration.ofMillis(200);

  /** Who came in vain is called; this is for who is not, whatever the reason. */
  private static final Duration UNCALLED = Duration.ofSeconds(10);

  private final KubernetesClient client;
  private final Namespaces namespaces;
  private final SecretViews secrets;
  private final Clock clock;
  private final Settings settings;
  private final OwnStatus<ExternalSecret, ExternalSecretStatus> statuses;
  private final StatusWriter statusWriter;
  private final Metrics metrics;
  private final UnreadableObjects unreadable;
  private final SimpleInboundEventSource<ExternalSecret> wakeups =
      new SimpleInboundEventSource<>("Wakeups");
  private final Lanes lanes = new Lanes(wakeups::propagateEvent);
  private Optional<Parts> parts = Optional.empty();

  @Inject
  public RestartReconciler(
      KubernetesClient client,
      Namespaces namespaces,
      SecretViews secrets,
      Clock clock,
      Settings settings,
      MeterRegistry registry) {
    this.metrics = new Metrics(registry);
    this.unreadable = new UnreadableObjects(registry);
    this.client = client;
    this.namespaces = namespaces;
    this.secrets = secrets;
    this.clock = new ServerClock(client, clock);
    this.settings = settings;
    this.statuses =
        new OwnStatus<>(
            client,
            TemplatePatcher.FIELD_MANAGER,
            ExternalSecret::new,
            it -> PrunedExternalSecrets.prune(it).statusOrEmpty());
    this.statusWriter = new StatusWriter(statuses);
  }

  /** What needs the informers. */
  private record Parts(
      Gatherer gatherer,
      Acting acting,
      Deciding deciding,
      Places places,
      ConsumerIndex consumers,
      Runnable wakeAll) {}

  @Override
  public List<EventSource<?, ExternalSecret>> prepareEventSources(
      EventSourceContext<ExternalSecret> context) {
    IndexerResourceCache<ExternalSecret> resources = context.getPrimaryCache();
    resources.addIndexer(
        BY_TARGET,
        it -> List.of(ConsumerIndex.key(it.getMetadata().getNamespace(), it.targetName())));
    Changes.Targets targets =
        (namespace, secret) -> resources.byIndex(BY_TARGET, ConsumerIndex.key(namespace, secret));
    metrics.watch(resources);
    ConsumerIndex consumers = ConsumerIndex.of(context, targets, unreadable);
    SeenFresh seenFresh = new SeenFresh();
    Refusals refusals = new Refusals();
    Gatherer gatherer =
        new Gatherer(
            consumers,
            targets,
            new Changes(targets, settings.restart().defaultPolicy()),
            statuses,
            new WorkloadPods(client),
            namespaces,
            client,
            seenFresh,
            refusals,
            new RequiredKeys(targets, secrets::keys));
    Places places = new Places(settings.restart().maxRollouts(), wakeups::propagateEvent);
    Acting acting =
        new Acting(
            new Restarter(new TemplatePatcher(client), clock),
            consumers,
            new WorkloadEvents(client, clock),
            metrics,
            seenFresh,
            refusals,
            places);
    parts =
        Optional.of(
            new Parts(
                gatherer,
                acting,
                new Deciding(gatherer, acting, clock, places, wakeups::propagateEvent),
                places,
                consumers,
                () -> wake(() -> resources.list(_ -> true))));
    // Whoever takes a namespace's "false" back wants to see something happen.
    namespaces.listen(namespace -> wake(() -> resources.list(namespace, _ -> true)));
    return Stream.concat(consumers.eventSources().stream(), Stream.of(wakeups)).toList();
  }

  private void wake(Supplier<Stream<ExternalSecret>> resources) {
    if (wakeups.isRunning()) {
      resources.get().map(ResourceID::fromResource).forEach(wakeups::propagateEvent);
    }
  }

  @Override
  public UpdateControl<ExternalSecret> reconcile(
      ExternalSecret told, Context<ExternalSecret> context) {
    return lanes
        .run(
            ResourceID.fromResource(told),
            () ->
                Optional.of(told)
                    .filter(resource -> resource.unreadable().isEmpty())
                    .map(resource -> reconciled(resource, context))
                    .orElseGet(UpdateControl::noUpdate))
        .orElseGet(RestartReconciler::inVain);
  }

  private static UpdateControl<ExternalSecret> inVain() {
    return UpdateControl.<ExternalSecret>noUpdate().rescheduleAfter(UNCALLED);
  }

  @Override
  public void brokeOff(ExternalSecret told, int tries, Exception why) {
    BrokenOff.tell(told, "the look at its workloads", tries, why);
  }

  private UpdateControl<ExternalSecret> reconciled(
      ExternalSecret resource, Context<ExternalSecret> context) {
    Parts known = parts.orElseThrow();
    return known
        .deciding()
        .about(resource)
        .map(round -> told(known, resource, round, context))
        .orElseGet(RestartReconciler::inVain);
  }

  private UpdateControl<ExternalSecret> told(
      Parts known, ExternalSecret resource, Acting.Round round, Context<ExternalSecret> context) {
    Instant now = clock.instant();
    return finish(known, resource, withForeign(known, resource, round, context, now), now);
  }

  /** What was done is told, whatever the look at pods that nobody restarts meets. */
  private Acting.Round withForeign(
      Parts known,
      ExternalSecret resource,
      Acting.Round round,
      Context<ExternalSecret> context,
      Instant now) {
    try {
      List<Judged> foreign = foreign(known, resource, now);
      if (foreign.stream().anyMatch(it -> it.subject().kind().equals("Rollout"))) {
        known.consumers().followRollouts(context.eventSourceRetriever(), known.wakeAll());
      }
      return round.with(foreign);
    } catch (RuntimeException e) {
      var _ = finish(known, resource, round, now);
      throw e;
    }
  }

  /** Pods that nobody restarts are looked at last: that lists a namespace. */
  private static List<Judged> foreign(Parts known, ExternalSecret resource, Instant now) {
    Optional<List<Judged>> judged =
        known
            .gatherer()
            .foreign(resource, now)
            .map(found -> found.stream().map(it -> RestartPlan.judge(it, now)).toList());
    if (judged.filter(all -> all.stream().allMatch(it -> isFreshForGood(it, now))).isPresent()) {
      known.gatherer().noForeignIsStale(resource);
    }
    return judged.orElse(List.of());
  }

  private static boolean isFreshForGood(Judged it, Instant now) {
    return it.decision() instanceof Decision.Fresh && FreshnessRules.isForGood(it.snapshot(), now);
  }

  private UpdateControl<ExternalSecret> finish(
      Parts known, ExternalSecret resource, Acting.Round round, Instant now) {
    StatusWriter.Told told =
        statusWriter.write(resource, Wishes.outcome(resource, round, now), now);
    if (told.written()) {
      known.acting().tellFailures(round.judged());
    }
    Optional<Instant> place =
        known.places().passed(ResourceID.fromResource(resource), round.waitsForCluster(), now);
    if (round.unfinished()) {
      return UpdateControl.<ExternalSecret>noUpdate().rescheduleAfter(SOON);
    }
    return Stream.of(
            round.wakeAt(now), known.gatherer().foreignDue(resource, now), told.again(), place)
        .flatMap(Optional::stream)
        .min(Instant::compareTo)
        .map(
            at ->
                UpdateControl.<ExternalSecret>noUpdate()
                    .rescheduleAfter(longer(AT_ONCE, Duration.between(now, at))))
        .orElseGet(UpdateControl::noUpdate);
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }
}
