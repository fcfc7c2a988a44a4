package dev.keyturn.wiring;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.Okio;
import org.jspecify.annotations.Nullable;

/**
 * Pages of lists of the whole cluster come one after another. One of the largest objects takes some
 * 70 MiB while it is read, and at a start a dozen informers list at the same time.
 */
final class ListTurns implements Interceptor {
  /** Longer than any page takes; who waits so long goes on, since nothing is worse than no list. */
  private static final long LONGEST_SECONDS = 30;

  private final Semaphore turn = new Semaphore(1, true);
  private final long longestSeconds;

  ListTurns() {
    this(LONGEST_SECONDS);
  }

  ListTurns(long longestSeconds) {
    this.longestSeconds = longestSeconds;
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    return isPage(chain.request()) ? inTurn(chain) : chain.proceed(chain.request());
  }

  private static boolean isPage(Request request) {
    return request.method().equals("GET")
        && request.url().queryParameter("limit") != null
        && !request.url().pathSegments().contains("namespaces");
  }

  private Response inTurn(Chain chain) throws IOException {
    Release release = new Release(acquire());
    try {
      Response response = chain.proceed(chain.request());
      ResponseBody body = Objects.requireNonNull(response.body(), "an answer has a body");
      return response.newBuilder().body(new Read(body, release)).build();
    } catch (IOException | RuntimeException e) {
      release.run();
      throw e;
    }
  }

  private boolean acquire() throws IOException {
    try {
      return turn.tryAcquire(longestSeconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while it waited to list", e);
    }
  }

  /** Gives back what was acquired, once. */
  private final class Release implements Runnable {
    private final AtomicBoolean held;

    Release(boolean acquired) {
      this.held = new AtomicBoolean(acquired);
    }

    @Override
    public void run() {
      if (held.compareAndSet(true, false)) {
        turn.release();
      }
    }
  }

  /** Tells when it has been read or closed. */
  private static final class Read extends ResponseBody {
    private final ResponseBody body;
    private final BufferedSource source;

    Read(ResponseBody body, Runnable end) {
      this.body = body;
      this.source =
          Okio.buffer(
              new ForwardingSource(body.source()) {
                @Override
                public long read(Buffer sink, long most) throws IOException {
                  long read = super.read(sink, most);
                  if (read < 0) {
                    end.run();
                  }
                  return read;
                }

                @Override
                public void close() throws IOException {
                  end.run();
                  super.close();
                }
              });
    }

    @Override
    public @Nullable MediaType contentType() {
      return body.contentType();
    }

    @Override
    public long contentLength() {
      return body.contentLength();
    }

    @Override
    public BufferedSource source() {
      return source;
    }
  }
}
