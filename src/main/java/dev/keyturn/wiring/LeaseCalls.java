package dev.keyturn.wiring;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Sees each request to the API server: tells the deadline of renewals, which the election does not
 * tell, and asks it before each write. A renewal that hangs is given up in time for another try.
 */
final class LeaseCalls implements Interceptor {
  /** Two tries and the pause of 2 s between them fit into the 10 s of the deadline. */
  private static final Duration TIME_OUT = Duration.ofSeconds(3);

  private final String path;
  private final RenewDeadline deadline;
  private final LongSupplier nanoTime;

  LeaseCalls(String namespace, RenewDeadline deadline, LongSupplier nanoTime) {
    this.path = "/apis/coordination.k8s.io/v1/namespaces/" + namespace + "/leases";
    this.deadline = deadline;
    this.nanoTime = nanoTime;
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    Request request = chain.request();
    boolean writes = !request.method().equals("GET");
    if (writes) {
      deadline.look();
    }
    if (!isOfLease(request)) {
      return chain.proceed(request);
    }
    int timeOut = (int) TIME_OUT.toMillis();
    long sentAt = nanoTime.getAsLong();
    Response response =
        chain
            .withConnectTimeout(timeOut, TimeUnit.MILLISECONDS)
            .withReadTimeout(timeOut, TimeUnit.MILLISECONDS)
            .withWriteTimeout(timeOut, TimeUnit.MILLISECONDS)
            .proceed(request);
    if (writes && response.isSuccessful()) {
      deadline.renewed(sentAt);
    }
    return response;
  }

  /** An API server behind a proxy may have a path of its own before all others. */
  private boolean isOfLease(Request request) {
    String asked = request.url().encodedPath();
    return asked.endsWith(path) || asked.endsWith(path + "/" + LeaderLease.NAME);
  }
}
