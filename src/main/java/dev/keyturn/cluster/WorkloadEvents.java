package dev.keyturn.cluster;

import dev.keyturn.ops.EventPublisher;
import dev.keyturn.ops.NamespaceGone;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells people what happened to an object, once: the same words make the same Event. */
public final class WorkloadEvents {
  private static final Logger LOG = LoggerFactory.getLogger(WorkloadEvents.class);

  private final KubernetesClient client;
  private final Clock clock;

  public WorkloadEvents(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /** The same, while others go on. */
  public void tellSoon(ObjectReference about, boolean warning, String reason, String message) {
    var _ = Thread.startVirtualThread(() -> tell(about, warning, reason, message));
  }

  /** Nothing depends on it: if the API server refuses, the log says so. */
  public void tell(ObjectReference about, boolean warning, String reason, String message) {
    String now = clock.instant().toString();
    String text = EventPublisher.shortened(message);
    try {
      client
          .resource(
              new EventBuilder()
                  .withNewMetadata()
                  .withNamespace(about.getNamespace())
                  .withName(name(about, reason, text))
                  .endMetadata()
                  .withInvolvedObject(about)
                  .withType(warning ? "Warning" : "Normal")
                  .withReason(reason)
                  .withMessage(text)
                  .withNewSource()
                  .withComponent("keyturn")
                  .endSource()
                  .withReportingComponent("keyturn.dev/restart")
                  .withReportingInstance("keyturn")
                  .withAction("Restart")
                  .withFirstTimestamp(now)
                  .withLastTimestamp(now)
                  .withCount(1)
                  .build())
          .create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT && !NamespaceGone.refused(e)) {
        LOG.warn("Event {} on {} not written: HTTP {}", reason, about.getName(), e.getCode());
      }
    }
  }

  private static String name(ObjectReference about, String reason, String message) {
    int words = Objects.hash(about.getUid(), reason, message);
    return about.getName() + "." + HexFormat.of().toHexDigits(words);
  }
}
