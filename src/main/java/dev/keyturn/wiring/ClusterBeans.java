package dev.keyturn.wiring;

import dev.keyturn.cluster.HashKeySecret;
import dev.keyturn.cluster.Namespaces;
import dev.keyturn.cluster.ReferencedObjects;
import dev.keyturn.cluster.SecretApplier;
import dev.keyturn.cluster.SecretViews;
import dev.keyturn.cluster.TotalReading;
import dev.keyturn.cluster.UnreadableObjects;
import dev.keyturn.ops.EventPublisher;
import dev.keyturn.ops.Room;
import dev.keyturn.ops.Settings;
import dev.keyturn.ops.Tasks;
import dev.keyturn.source.KeyedHash;
import dev.keyturn.sync.Wakeups;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.concurrent.Executors;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;

/** The Kubernetes side. */
@ApplicationScoped
class ClusterBeans {
  /** A hundred objects without a watch that a namespace refers to, or 2,000 references. */
  private static final long OWN_REFERENCES = 128L << 10;

  /** OkHttp multiplexes all requests over one HTTP/2 connection; Vert.x would open one each. */
  @Produces
  @Singleton
  KubernetesClient client(
      Config config, Settings settings, UnreadableObjects unreadable, RenewDeadline deadline) {
    config.setMaxConcurrentRequests(4 * settings.reconcilers());
    config.setMaxConcurrentRequestsPerHost(4 * settings.reconcilers());
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withHttpClientFactory(
            new LightThreads(new LeaseCalls(settings.namespace(), deadline, System::nanoTime)))
        .withTaskExecutor(Executors.newVirtualThreadPerTaskExecutor())
        .withKubernetesSerialization(TotalReading.serialization(unreadable))
        .build();
  }

  @Produces
  @Singleton
  UnreadableObjects unreadableObjects(MeterRegistry registry) {
    return new UnreadableObjects(registry);
  }

  @Produces
  @Singleton
  RenewDeadline renewDeadline() {
    return new RenewDeadline(System::nanoTime, RenewDeadline::halt);
  }

  void close(@Disposes KubernetesClient client) {
    client.close();
  }

  @Produces
  @Singleton
  KeyedHash hash(KubernetesClient client, Settings settings) {
    return new HashKeySecret(client, settings.namespace()).load();
  }

  @Produces
  @Singleton
  Namespaces namespaces(KubernetesClient client) {
    return new Namespaces(client);
  }

  @Produces
  @Singleton
  SecretViews secretViews(KubernetesClient client, KeyedHash hash, UnreadableObjects unreadable) {
    return new SecretViews(client, hash, unreadable);
  }

  @Produces
  @Singleton
  SecretApplier secretApplier(KubernetesClient client) {
    return new SecretApplier(client);
  }

  @Produces
  @Singleton
  ReferencedObjects referencedObjects(
      KubernetesClient client,
      KeyedHash hash,
      Settings settings,
      Clock clock,
      Tasks tasks,
      Wakeups wakeups,
      UnreadableObjects unreadable) {
    return new ReferencedObjects(
        client,
        hash,
        settings.watch().maxObjects(),
        new Room(OWN_REFERENCES, Runtime.getRuntime().maxMemory() / 32),
        clock,
        tasks,
        wakeups::wake,
        unreadable);
  }

  @Produces
  @Singleton
  EventPublisher eventPublisher(KubernetesClient client, Clock clock) {
    return new EventPublisher(client, clock, "keyturn");
  }

  /**
   * Each request and each watch holds a thread of OkHttp, which need not be one of the platform.
   */
  private static final class LightThreads extends OkHttpClientFactory {
    private final LeaseCalls leaseCalls;

    LightThreads(LeaseCalls leaseCalls) {
      this.leaseCalls = leaseCalls;
    }

    @Override
    protected void additionalConfig(OkHttpClient.Builder builder) {
      builder.addInterceptor(leaseCalls).addInterceptor(new ListPages());
    }

    @Override
    protected Dispatcher initDispatcher() {
      Dispatcher dispatcher = new Dispatcher(Executors.newVirtualThreadPerTaskExecutor());
      dispatcher.setMaxRequests(Integer.MAX_VALUE);
      dispatcher.setMaxRequestsPerHost(Integer.MAX_VALUE);
      return dispatcher;
    }
  }
}
