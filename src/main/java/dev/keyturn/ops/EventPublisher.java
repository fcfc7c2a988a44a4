package dev.keyturn.ops;

import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes Kubernetes Events. Callers publish when something changed, not when it is still so; an
 * event that cannot be written is logged and lost, as events are.
 */
public final class EventPublisher {
  private static final Logger LOG = LoggerFactory.getLogger(EventPublisher.class);

  /** Bytes that the API server takes in a message. */
  private static final int LONGEST_MESSAGE = 1024;

  private static final String MORE = "…";
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final KubernetesClient client;
  private final Clock clock;
  private final String reporter;

  public EventPublisher(KubernetesClient client, Clock clock, String reporter) {
    this.client = client;
    this.clock = clock;
    this.reporter = reporter;
  }

  public void warning(HasMetadata about, String reason, String message) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    String second = now.truncatedTo(ChronoUnit.SECONDS).toString();
    try {
      client
          .v1()
          .events()
          .inNamespace(
              about.getMetadata().getNamespace() == null
                  ? "default"
                  : about.getMetadata().getNamespace())
          .resource(
              new EventBuilder()
                  .withNewMetadata()
                  .withGenerateName(about.getMetadata().getName() + ".")
                  .endMetadata()
                  .withInvolvedObject(reference(about))
                  .withType("Warning")
                  .withReason(reason)
                  .withMessage(shortened(message))
                  .withAction(reason)
                  .withEventTime(new MicroTime(MICROS.format(now)))
                  .withFirstTimestamp(second)
                  .withLastTimestamp(second)
                  .withCount(1)
                  .withReportingComponent(reporter)
                  .withReportingInstance(reporter)
                  .withNewSource()
                  .withComponent(reporter)
                  .endSource()
                  .build())
          .create();
    } catch (KubernetesClientException e) {
      if (!NamespaceGone.refused(e)) {
        LOG.warn(
            "Event {} for {} {}/{} was not written: HTTP {}",
            reason,
            about.getKind(),
            about.getMetadata().getNamespace(),
            about.getMetadata().getName(),
            e.getCode());
      }
    }
  }

  private static ObjectReference reference(HasMetadata about) {
    return new ObjectReferenceBuilder()
        .withApiVersion(about.getApiVersion())
        .withKind(about.getKind())
        .withNamespace(about.getMetadata().getNamespace())
        .withName(about.getMetadata().getName())
        .withUid(about.getMetadata().getUid())
        .withResourceVersion(about.getMetadata().getResourceVersion())
        .build();
  }

  /** As much as the API server takes; it counts bytes. */
  public static String shortened(String message) {
    byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= LONGEST_MESSAGE) {
      return message;
    }
    int end = LONGEST_MESSAGE - MORE.getBytes(StandardCharsets.UTF_8).length;
    while (isWithinCharacter(bytes[end])) {
      end--;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8) + MORE;
  }

  private static boolean isWithinCharacter(byte next) {
    return (next & 0b1100_0000) == 0b1000_0000;
  }
}
