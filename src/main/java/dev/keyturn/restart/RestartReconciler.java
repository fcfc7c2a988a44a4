package dev.keyturn.restart;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretStatus;
import dev.keyturn.cluster.Lists;
import dev.keyturn.cluster.Namespaces;
import dev.keyturn.cluster.OwnStatus;
import dev.keyturn.cluster.SecretViews;
import dev.keyturn.cluster.ServerClock;
import dev.keyturn.cluster.TemplatePatcher;
import dev.keyturn.cluster.UnreadableObjects;
import dev.keyturn.cluster.WholeObjects;
import dev.keyturn.cluster.WorkloadEvents;
import dev.keyturn.cluster.WorkloadPods;
import dev.keyturn.ops.Settings;
import dev.keyturn.restart.act.Acting;
import dev.keyturn.restart.act.Metrics;
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
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
public class RestartReconciler implements Reconciler<ExternalSecret> {
  private static final String BY_TARGET = "target";
  private static final Duration AT_ONCE = Duration.ofMillis(1);
  private static final Duration SOON = Duration.ofMillis(200);

  private final KubernetesClient client;
  private final Namespaces namespaces;
  private final SecretViews secrets;
  private final Clock clock;
  private final Settings settings;
  private final OwnStatus<ExternalSecret, ExternalSecretStatus> statuses;
  private final StatusWriter statusWriter;
  private final WholeObjects whole;
  private final Metrics metrics;
  private final UnreadableObjects unreadable;
  private final SimpleInboundEventSource<ExternalSecret> wakeups =
      new SimpleInboundEventSource<>("Wakeups");
  private final Lanes lanes = new Lanes(wakeups::propagateEvent);
  private final Turns turns = new Turns();
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
    this.whole = new WholeObjects(client);
  }

  /** What needs the informers. */
  private record Parts(
      Gatherer gatherer, Acting acting, ConsumerIndex consumers, Runnable wakeAll) {}

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
    parts =
        Optional.of(
            new Parts(
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
                    new RequiredKeys(targets, secrets::keys)),
                new Acting(
                    new Restarter(new TemplatePatcher(client), clock),
                    consumers,
                    new WorkloadEvents(client, clock),
                    metrics,
                    seenFresh,
                    refusals),
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
                whole
                    .of(told)
                    .filter(resource -> resource.unreadable().isEmpty())
                    .map(resource -> reconciled(resource, context))
                    .orElseGet(UpdateControl::noUpdate))
        .orElseGet(UpdateControl::noUpdate);
  }

  private UpdateControl<ExternalSecret> reconciled(
      ExternalSecret resource, Context<ExternalSecret> context) {
    Parts known = parts.orElseThrow();
    Instant looked = clock.instant();
    RestartPlan plan = RestartPlan.of(known.gatherer().of(resource, looked), List.of(), looked);
    Acting.Round round =
        plan.toLookAtAgain().isEmpty()
            ? known.acting().note(plan, looked)
            : inTurn(known, resource, plan.toLookAtAgain());
    Instant now = clock.instant();
    List<Judged> foreign = foreign(known, resource, round, now);
    return meetsNewRollouts(known, foreign, context)
        ? finish(known, resource, new Acting.Round(round.judged(), true), now)
        : finish(known, resource, round.with(foreign), now);
  }

  /** Who was looked at while they came to be followed may have missed their first events. */
  private static boolean meetsNewRollouts(
      Parts known, List<Judged> foreign, Context<ExternalSecret> context) {
    boolean followed =
        foreign.stream().anyMatch(it -> it.subject().kind().equals("Rollout"))
            && known.consumers().followRollouts(context.eventSourceRetriever());
    if (followed) {
      known.wakeAll().run();
    }
    return followed;
  }

  /**
   * Only who would restart something waits for its turn, and looks once more then: what others
   * restarted meanwhile counts. Whoever gets the turn only now, since a neighbour takes it from
   * another, is looked at as well before anything is done.
   */
  private Acting.Round inTurn(Parts known, ExternalSecret resource, Set<String> first) {
    return turns.in(
        resource.getMetadata().getNamespace(),
        () -> lookAndAct(known, resource, new HashSet<>(first)));
  }

  private Acting.Round lookAndAct(Parts known, ExternalSecret resource, Set<String> looked) {
    while (true) {
      Instant now = clock.instant();
      Gatherer.Gathered gathered = known.gatherer().again(resource, looked, now);
      RestartPlan plan = RestartPlan.of(gathered.own(), gathered.neighbours(), now);
      if (!looked.addAll(plan.toLookAtAgain())) {
        return known.acting().act(plan, looked, now);
      }
    }
  }

  /** What was done is told, whatever the look at pods that nobody restarts meets. */
  private List<Judged> foreign(
      Parts known, ExternalSecret resource, Acting.Round round, Instant now) {
    try {
      return foreign(known, resource, now);
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
    if (statusWriter.write(resource, Wishes.outcome(resource, round, now), now)) {
      known.acting().tellFailures(round.judged());
    }
    if (round.unfinished()) {
      return UpdateControl.<ExternalSecret>noUpdate().rescheduleAfter(SOON);
    }
    return Stream.concat(
            round.wakeAt(now).stream(), known.gatherer().foreignDue(resource, now).stream())
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
