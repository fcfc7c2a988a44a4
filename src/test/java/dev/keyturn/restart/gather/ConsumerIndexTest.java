package dev.keyturn.restart.gather;

import static dev.keyturn.restart.decide.Scene.CHANGED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretStatus;
import dev.keyturn.cluster.Namespaces;
import dev.keyturn.cluster.OwnStatus;
import dev.keyturn.cluster.UnreadableObjects;
import dev.keyturn.cluster.WorkloadPods;
import dev.keyturn.ops.Settings.Restart.DefaultPolicy;
import dev.keyturn.restart.decide.Snapshot;
import dev.keyturn.testbed.Eventually;
import io.fabric8.kubernetes.api.model.APIResourceBuilder;
import io.fabric8.kubernetes.api.model.APIResourceListBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.server.mock.KubernetesMixedDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.ServerRequest;
import io.fabric8.mockwebserver.ServerResponse;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.EventSourceRetriever;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConsumerIndexTest {
  private static final String ARGO = "/apis/argoproj.io/v1alpha1";
  private static final String ROLLOUTS = ARGO + "/rollouts?limit=500";

  private final UnreadableObjects unreadable = new UnreadableObjects(new SimpleMeterRegistry());
  private final Map<ServerRequest, Queue<ServerResponse>> answers = new HashMap<>();
  private final KubernetesMockServer server =
      new KubernetesMockServer(
          new Context(),
          new MockWebServer(),
          answers,
          new KubernetesMixedDispatcher(answers),
          false);
  private KubernetesClient client;
  private Operator operator;

  @BeforeEach
  void start() {
    server.init(InetAddress.getLoopbackAddress(), 0);
    client =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder()
                    .withMasterUrl(server.url("/"))
                    .withRequestRetryBackoffLimit(0)
                    .build())
            .build();
    operator =
        new Operator(
            settings -> settings.withKubernetesClient(client).withCloseClientOnStop(false));
  }

  @AfterEach
  void stop() {
    operator.stop();
    client.close();
    server.destroy();
  }

  /** Has the informers, and nothing to do. */
  @ControllerConfiguration(name = "test")
  private final class Following implements Reconciler<ExternalSecret> {
    private ConsumerIndex consumers;
    private WorkloadSource<Counted> counted;
    private EventSourceRetriever<ExternalSecret> running;

    @Override
    public List<EventSource<?, ExternalSecret>> prepareEventSources(
        EventSourceContext<ExternalSecret> context) {
      consumers = ConsumerIndex.of(context, (_, _) -> List.of(), unreadable);
      counted =
          WorkloadSource.of(
              Counted.class,
              InformerEventSourceConfiguration.from(Counted.class, ExternalSecret.class)
                  .withName("Counted"),
              it -> it,
              Workloads::of,
              _ -> Set.of(),
              context,
              unreadable);
      return Stream.concat(consumers.eventSources().stream(), Stream.of(counted.informer()))
          .toList();
    }

    @Override
    public UpdateControl<ExternalSecret> reconcile(
        ExternalSecret resource,
        io.javaoperatorsdk.operator.api.reconciler.Context<ExternalSecret> context) {
      running = context.eventSourceRetriever();
      return UpdateControl.noUpdate();
    }
  }

  /** One that tells how often it was read. */
  @Group("apps")
  @Version("v1")
  @Kind("Deployment")
  @Singular("deployment")
  @Plural("deployments")
  static final class Counted extends Deployment {
    static final AtomicInteger MADE = new AtomicInteger();

    Counted() {
      MADE.incrementAndGet();
    }
  }

  private Following following() {
    Following following = new Following();
    operator.register(following);
    operator.start();
    client
        .resource(
            Serialization.unmarshal(
                "apiVersion: keyturn.dev/v1\nkind: ExternalSecret\nmetadata: {namespace: shop, name: db}\nspec: {}\n",
                ExternalSecret.class))
        .create();
    Eventually.holds(() -> assertThat(following.running).isNotNull());
    return following;
  }

  private static Deployment web(int number) {
    return Serialization.unmarshal(
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {namespace: shop, name: web-%d, creationTimestamp: "2026-11-24T11:00:00Z"}
        spec:
          selector: {matchLabels: {app: web}}
          template:
            spec: {containers: [{name: app, envFrom: [{secretRef: {name: db}}]}]}
        """
            .formatted(number),
        Deployment.class);
  }

  @Test
  void each_consumer_is_read_once() {
    for (int i = 0; i < 20; i++) {
      client.resource(web(i)).create();
    }
    Following following = following();
    Counted.MADE.set(0);
    assertThat(following.counted.find(WorkloadSource.BY_SECRET, "shop/db")).hasSize(20);
    // The watch may bring some again meanwhile.
    assertThat(Counted.MADE.get()).isBetween(20, 39);
  }

  /**
   * An operator that owns a Deployment takes a restart back before the watch tells of our status.
   */
  @Test
  void what_was_asked_for_is_known_ahead_of_the_watch() {
    client.resource(web(0)).create();
    Following following = following();
    ExternalSecret told =
        externalSecret("7", "content: {hash: 'k:h', changes: {'*': '%s'}}".formatted(CHANGED));
    server
        .expect()
        .patch()
        .withPath(
            "/apis/keyturn.dev/v1/namespaces/shop/externalsecrets/db/status?fieldManager=ours&force=true")
        .andReturn(
            200,
            Serialization.asJson(
                externalSecret(
                    "8",
                    "restart: {state: Restarting, workloads: [], asked: [{kind: Deployment, name: web-0, change: '%s'}]}"
                        .formatted(CHANGED))))
        .once();
    OwnStatus<ExternalSecret, ExternalSecretStatus> statuses =
        new OwnStatus<>(client, "ours", ExternalSecret::new, ExternalSecret::statusOrEmpty);
    Changes.Targets targets = (_, _) -> List.of(told);
    Gatherer gatherer =
        new Gatherer(
            following.consumers,
            targets,
            new Changes(targets, DefaultPolicy.Auto),
            statuses,
            new WorkloadPods(client),
            new Namespaces(client),
            client,
            new SeenFresh(),
            new Refusals(),
            new RequiredKeys(targets, (_, _) -> Optional.empty()));
    assertThat(gatherer.of(told, CHANGED)).extracting(Snapshot::isTakenBack).containsExactly(false);
    statuses.write(told, ExternalSecretStatus.EMPTY);
    assertThat(gatherer.of(told, CHANGED)).extracting(Snapshot::isTakenBack).containsExactly(true);
  }

  private static ExternalSecret externalSecret(String version, String status) {
    return Serialization.unmarshal(
        """
        apiVersion: keyturn.dev/v1
        kind: ExternalSecret
        metadata: {namespace: shop, name: db, uid: e, resourceVersion: "%s"}
        spec: {}
        status: {%s}
        """
            .formatted(version, status),
        ExternalSecret.class);
  }

  @Test
  void nobody_waits_for_rollouts_and_what_fails_is_tried_again() {
    Following following = following();
    server
        .expect()
        .get()
        .withPath(ARGO)
        .andReturn(
            200,
            new APIResourceListBuilder()
                .withGroupVersion("argoproj.io/v1alpha1")
                .withResources(
                    new APIResourceBuilder()
                        .withKind("Rollout")
                        .withName("rollouts")
                        .withNamespaced(true)
                        .build())
                .build())
        .always();
    CountDownLatch called = new CountDownLatch(1);
    AtomicInteger refused = new AtomicInteger();
    server
        .expect()
        .get()
        .withPath(ROLLOUTS)
        .andReply(
            500,
            _ -> {
              awaitUnlessForgotten(called);
              refused.incrementAndGet();
              return new StatusBuilder().withCode(500).build();
            })
        .once();
    AtomicInteger followed = new AtomicInteger();
    for (int i = 0; i < 100; i++) {
      following.consumers.followRollouts(following.running, followed::incrementAndGet);
    }
    assertThat(refused.get()).isZero();
    called.countDown();
    Eventually.holds(() -> assertThat(refused.get()).isOne());
    assertThat(following.consumers.follows("shop", "web")).isFalse();
    Eventually.holds(
        () -> {
          following.consumers.followRollouts(following.running, followed::incrementAndGet);
          assertThat(followed.get()).isOne();
        });
    assertThat(following.consumers.follows("shop", "web")).isTrue();
    following.consumers.followRollouts(following.running, followed::incrementAndGet);
    assertThat(followed.get()).isOne();
  }

  private static void awaitUnlessForgotten(CountDownLatch latch) {
    try {
      var _ = latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
