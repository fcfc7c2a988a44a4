package dev.keyturn.wiring;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;

/**
 * Bounds what a page of a list has in memory: an object has up to 1.5 MiB, and whoever asks for 500
 * cannot know. A page that is larger is asked for again with fewer objects, one that failed has
 * fewer the next time; and pages of the whole cluster come one after another as long as they come
 * quickly, since at a start a dozen informers list at the same time.
 */
final class ListPages implements Interceptor {
  /** It takes several times as much until its objects are made. */
  private static final long MOST_BYTES = 8L << 20;

  private static final long AT_ONCE = 64L << 10;
  private static final int FEWER = 4;
  private static final String LIMIT = "limit";

  /** The client counts it as time of the request, which has some seconds in all. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

  private final Semaphore turn = new Semaphore(1, true);

  /** By path: as many as may be had the next time, where that are fewer than asked for. */
  private final Map<String, Integer> fitting = new ConcurrentHashMap<>();

  @Override
  public Response intercept(Chain chain) throws IOException {
    Request request = chain.request();
    String limit = request.url().queryParameter(LIMIT);
    if (!request.method().equals("GET") || limit == null) {
      return chain.proceed(request);
    }
    if (request.url().pathSegments().contains("namespaces")) {
      return page(chain, Integer.parseInt(limit));
    }
    boolean ours = waitForTurn();
    try {
      return page(chain, Integer.parseInt(limit));
    } finally {
      if (ours) {
        turn.release();
      }
    }
  }

  private boolean waitForTurn() throws IOException {
    try {
      return turn.tryAcquire(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while it waited to list", e);
    }
  }

  private Response page(Chain chain, int asked) throws IOException {
    String path = chain.request().url().encodedPath();
    int limit = Math.min(asked, fitting.getOrDefault(path, asked));
    while (true) {
      try (Response response = chain.proceed(with(chain.request(), limit))) {
        ResponseBody body = Objects.requireNonNull(response.body(), "an answer has a body");
        Buffer read = new Buffer();
        if (readWhole(body.source(), read, limit)) {
          if (response.isSuccessful()) {
            remember(path, asked, read.size() < MOST_BYTES / FEWER ? limit * FEWER : limit);
          } else if (response.code() >= HttpURLConnection.HTTP_INTERNAL_ERROR) {
            remember(path, asked, fewer(limit));
          }
          return response
              .newBuilder()
              .body(ResponseBody.create(read, body.contentType(), read.size()))
              .build();
        }
      } catch (IOException e) {
        // The next try is another call: this one may have taken too long.
        remember(path, asked, fewer(limit));
        throw e;
      }
      limit = fewer(limit);
    }
  }

  private static int fewer(int limit) {
    return Math.max(1, limit / FEWER);
  }

  /** Whether that was all; of a single object all is read. */
  private static boolean readWhole(BufferedSource from, Buffer to, int limit) throws IOException {
    while (limit == 1 || to.size() <= MOST_BYTES) {
      if (from.read(to, AT_ONCE) < 0) {
        return true;
      }
    }
    return false;
  }

  private void remember(String path, int asked, int fits) {
    if (fits < asked) {
      fitting.put(path, fits);
    } else {
      fitting.remove(path);
    }
  }

  private static Request with(Request request, int limit) {
    return request
        .newBuilder()
        .url(request.url().newBuilder().setQueryParameter(LIMIT, Integer.toString(limit)).build())
        .build();
  }
}
