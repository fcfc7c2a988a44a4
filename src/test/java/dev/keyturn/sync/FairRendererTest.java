package dev.keyturn.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.ops.FairShare;
import dev.keyturn.ops.VirtualTime;
import dev.keyturn.render.Checked;
import dev.keyturn.render.Fetched;
import dev.keyturn.render.Plan;
import dev.keyturn.render.RenderFailure;
import dev.keyturn.render.Rendered;
import dev.keyturn.render.Renderer;
import dev.keyturn.render.Request;
import dev.keyturn.render.SpecReader;
import dev.keyturn.render.TemplateSources;
import dev.keyturn.testbed.Eventually;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One namespace makes RSA keys; what becomes of the others. */
class FairRendererTest {
  private static final String KEYS = "{{ genPrivateKey \"rsa\" }}{{ genPrivateKey \"rsa\" }}";

  private static final long HOUR = 3_600_000_000_000L;

  private final FairShare share =
      new FairShare(
          FairShare.Limits.of(2, 50),
          new VirtualTime(),
          ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime);
  private final AtomicLong later = new AtomicLong(HOUR);
  private final AtomicBoolean timeIsUp = new AtomicBoolean();
  private final FairRenderer renderer =
      new FairRenderer(
          new Renderer(() -> Instant.EPOCH, System::nanoTime, this::used, new SecureRandom()),
          share);
  private final ConcurrentLinkedQueue<Rendered> hogged = new ConcurrentLinkedQueue<>();

  @AfterEach
  void end() {
    share.close();
  }

  private long used() {
    return timeIsUp.get() ? later.addAndGet(HOUR) : share.usedNanos();
  }

  private Rendered render(String namespace, String template) {
    ExternalSecret manifest =
        Serialization.unmarshal(
            """
            apiVersion: keyturn.dev/v1
            kind: ExternalSecret
            metadata: {name: keys, namespace: %s}
            spec:
              secretStoreRef: {name: aws}
              target: {template: {data: {key: '%s'}}}
            """
                .formatted(namespace, template),
            ExternalSecret.class);
    return switch (SpecReader.read(manifest)) {
      case Checked.Good<Plan>(Plan plan) ->
          renderer.render(
              manifest,
              new Sources(plan, new Request(List.of()), Map.of()),
              Fetched.NOTHING,
              TemplateSources.NONE);
      case Checked.Refused<Plan>(RenderFailure failure) ->
          throw new AssertionError(failure.message());
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {6, 40})
  void another_namespace_waits_for_none_of_so_many(int keys) {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < keys; i++) {
        threads.execute(() -> hogged.add(render("hog", KEYS)));
      }
      Eventually.holds(() -> assertThat(failures(RenderFailure.NoTurn.class)).hasSize(keys - 4));
      for (String template :
          List.of("plain", "{{ range until 100000 }}{{ end }}x", "{{ genPrivateKey \"ecdsa\" }}")) {
        assertThat(render("other", template)).as(template).isInstanceOf(Rendered.Done.class);
      }
      assertThat(hogged).as("two keys of 4096 bits take half a minute").hasSize(keys - 4);
      timeIsUp.set(true);
    }
    assertThat(failures(RenderFailure.OutOfTime.class))
        .hasSize(4)
        .allSatisfy(
            it ->
                assertThat(it.message())
                    .startsWith("spec.target.template.data[key]: ")
                    .contains("takes longer than the PT2"));
  }

  private List<RenderFailure> failures(Class<? extends RenderFailure> kind) {
    return hogged.stream()
        .map(it -> ((Rendered.Failed) it).failure())
        .filter(kind::isInstance)
        .toList();
  }
}
