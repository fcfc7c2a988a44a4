package dev.keyturn.bench;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** How many calls per second the fake can answer, asked without latency as fast as it goes. */
final class Ceiling {
  private static final int CONNECTIONS = 32;

  private final AtomicLong answered = new AtomicLong();
  private final HttpClient client;
  private final RequestOptions request;
  private final Buffer body;
  private volatile boolean over;

  private Ceiling(Vertx vertx, AwsFake fake, String secret) {
    client =
        vertx.createHttpClient(
            new HttpClientOptions().setKeepAlive(true),
            new PoolOptions().setHttp1MaxSize(CONNECTIONS));
    request =
        new RequestOptions()
            .setAbsoluteURI(fake.endpoint() + "/")
            .setMethod(HttpMethod.POST)
            .putHeader("X-Amz-Target", "secretsmanager.GetSecretValue");
    body = Buffer.buffer("{\"SecretId\":\"%s\"}".formatted(secret));
  }

  static double perSecond(AwsFake fake, Duration time) throws InterruptedException {
    String secret = fake.secrets.put("ceiling", "x").name();
    Vertx vertx = Vertx.vertx();
    try {
      Ceiling ceiling = new Ceiling(vertx, fake, secret);
      CountDownLatch done = new CountDownLatch(CONNECTIONS);
      long began = System.nanoTime();
      for (int i = 0; i < CONNECTIONS; i++) {
        ceiling.ask(done);
      }
      TimeUnit.NANOSECONDS.sleep(time.toNanos());
      ceiling.over = true;
      done.await();
      return ceiling.answered.get() * 1e9 / (System.nanoTime() - began);
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
      fake.counts.reset();
    }
  }

  private void ask(CountDownLatch done) {
    client
        .request(request)
        .compose(it -> it.send(body))
        .compose(it -> it.body())
        .onComplete(
            answer -> {
              if (answer.failed()) {
                throw new IllegalStateException("the AWS fake does not answer", answer.cause());
              }
              answered.incrementAndGet();
              if (over) {
                done.countDown();
              } else {
                ask(done);
              }
            });
  }
}
