package dev.keyturn.ops;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Counts what does not work, for people who want to be told. Labels are few and name nobody. */
@ApplicationScoped
public class NotReady {
  private final MeterRegistry registry;
  private final ConcurrentHashMap<String, Group> byUid = new ConcurrentHashMap<>();
  private final Set<Group> gauged = ConcurrentHashMap.newKeySet();

  private record Group(String kind, String reason) {}

  public NotReady(MeterRegistry registry) {
    this.registry = registry;
  }

  /**
   * {@code keyturn_not_ready}.
   *
   * @param reason of its condition; empty if it is ready
   */
  public void found(HasMetadata object, Optional<String> reason) {
    String uid = object.getMetadata().getUid();
    if (reason.isEmpty()) {
      byUid.remove(uid);
      return;
    }
    Group group = new Group(object.getKind(), reason.get());
    byUid.put(uid, group);
    if (gauged.add(group)) {
      Gauge.builder("keyturn.not.ready", byUid, all -> count(all, group))
          .description("ExternalSecrets and stores that are not ready, by the reason they say")
          .tag("kind", group.kind())
          .tag("reason", group.reason())
          .register(registry);
    }
  }

  private static double count(ConcurrentHashMap<String, Group> all, Group group) {
    return all.values().stream().filter(group::equals).count();
  }

  /** {@code keyturn_syncs_failed_total}: each try counts. */
  public void failed(String cause) {
    Counter.builder("keyturn.syncs.failed")
        .description("Syncs of ExternalSecrets that failed, repeated ones included")
        .tag("cause", cause)
        .register(registry)
        .increment();
  }
}
