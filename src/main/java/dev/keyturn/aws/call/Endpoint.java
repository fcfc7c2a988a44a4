package dev.keyturn.aws.call;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/**
 * One host that is called: how many calls may be under way there, how often, and whether it answers
 * at all. Learns its name from the requests, since the SDK decides it (variables, FIPS,
 * dual-stack).
 */
public final class Endpoint implements ExecutionInterceptor {
  static final int CALLS_AT_A_TIME = 32;

  private final Circuit circuit = new Circuit();
  private final Quotas quotas = new Quotas();
  private final Semaphore places = new Semaphore(CALLS_AT_A_TIME);
  private final AtomicReference<String> host;

  Endpoint(String assumedHost) {
    this.host = new AtomicReference<>(assumedHost);
  }

  Circuit circuit() {
    return circuit;
  }

  Rate rate(Asked asked) {
    return quotas.of(asked);
  }

  public String host() {
    return host.get();
  }

  boolean enter(Duration longest) throws InterruptedException {
    return places.tryAcquire(longest.toMillis(), TimeUnit.MILLISECONDS);
  }

  void leave() {
    places.release();
  }

  @Override
  public void beforeTransmission(
      Context.BeforeTransmission context, ExecutionAttributes attributes) {
    host.set(context.httpRequest().host());
  }
}
