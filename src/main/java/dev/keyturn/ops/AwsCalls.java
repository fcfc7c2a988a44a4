package dev.keyturn.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;

/** Counts calls of AWS. Labels are few and never name a secret. */
@ApplicationScoped
public class AwsCalls {
  private final MeterRegistry registry;

  public AwsCalls(MeterRegistry registry) {
    this.registry = registry;
  }

  /** {@code keyturn_aws_calls_total}. */
  public void called(String service, String operation, String outcome) {
    Counter.builder("keyturn.aws.calls")
        .description("Calls of AWS")
        .tag("service", service)
        .tag("operation", operation)
        .tag("outcome", outcome)
        .register(registry)
        .increment();
  }

  /** {@code keyturn_events_received_total}: an event of a shape that is followed, or not. */
  public void received(boolean understood) {
    Counter.builder("keyturn.events.received")
        .description("Messages from SQS")
        .tag("understood", Boolean.toString(understood))
        .register(registry)
        .increment();
  }

  /** {@code keyturn_aws_batch_size}: secrets asked for by one call that can take many. */
  public void batched(String service, String operation, int size) {
    DistributionSummary.builder("keyturn.aws.batch.size")
        .description("Secrets asked for by one call that can take many")
        .tag("service", service)
        .tag("operation", operation)
        .serviceLevelObjectives(1, 2, 5, 10, 20)
        .register(registry)
        .record(size);
  }
}
