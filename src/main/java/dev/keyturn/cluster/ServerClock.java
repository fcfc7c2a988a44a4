package dev.keyturn.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The time by the clock of the API server, whose times we compare with. Its answers carry its time
 * in whole seconds; as long as our own clock is within that, our own clock counts.
 */
public final class ServerClock extends Clock {
  private static final Duration FRESH = Duration.ofMinutes(2);
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final KubernetesClient client;
  private final Clock own;
  private final AtomicReference<Reading> reading =
      new AtomicReference<>(new Reading(Instant.MIN, Duration.ZERO));

  public ServerClock(KubernetesClient client, Clock own) {
    this.client = client;
    this.own = own;
  }

  @Override
  public Instant instant() {
    Instant now = own.instant();
    Reading last = reading.get();
    if (now.isBefore(last.at()) || now.isAfter(last.at().plus(FRESH))) {
      last = read().orElseGet(() -> new Reading(own.instant(), reading.get().offset()));
      reading.set(last);
    }
    return own.instant().plus(last.offset());
  }

  private Optional<Reading> read() {
    Instant asked = own.instant();
    try {
      HttpResponse<String> answer =
          client
              .getHttpClient()
              .sendAsync(
                  client
                      .getHttpClient()
                      .newHttpRequestBuilder()
                      .uri(client.getMasterUrl().toString() + "version")
                      .build(),
                  String.class)
              .join();
      return Optional.ofNullable(answer.header("Date"))
          .map(date -> ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME))
          .map(date -> new Reading(own.instant(), offset(asked, own.instant(), date.toInstant())));
    } catch (CompletionException | DateTimeException e) {
      return Optional.empty();
    }
  }

  /** Zero if the server may have said {@code date} between the two times; else what it takes. */
  static Duration offset(Instant asked, Instant answered, Instant date) {
    if (!date.plus(SECOND).isAfter(asked)) {
      return Duration.between(asked, date.plus(SECOND));
    }
    return date.isAfter(answered) ? Duration.between(answered, date) : Duration.ZERO;
  }

  @Override
  public ZoneId getZone() {
    return own.getZone();
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return new ServerClock(client, own.withZone(zone));
  }

  private record Reading(Instant at, Duration offset) {}
}
