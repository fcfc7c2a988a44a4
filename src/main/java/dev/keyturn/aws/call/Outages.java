package dev.keyturn.aws.call;

import dev.keyturn.source.SourceFailure;
import dev.keyturn.source.SourceFailure.Unavailable;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/** An endpoint that gave no answer at all. */
final class Outages {
  private static final Set<String> SILENT =
      Set.of(
          "UnknownHost",
          "ConnectionRefused",
          "NoRoute",
          "Timeout",
          "TlsFailure",
          SourceFailure.NOT_ASKED,
          "Interrupted");
  private static final String INTERRUPTED = "Interrupted";

  private Outages() {}

  /** Whether asking the same again at once would only take as long and fail the same way. */
  static boolean silent(SourceFailure failure) {
    return SILENT.contains(failure.code());
  }

  /** Not the endpoint's fault: the call was broken off by us. */
  static boolean ours(SourceFailure failure) {
    return failure.code().equals(INTERRUPTED);
  }

  static SourceFailure of(String subject, String host, SdkException e) {
    if (e instanceof ApiCallTimeoutException || e instanceof ApiCallAttemptTimeoutException) {
      return timeout(subject, host);
    }
    if (e instanceof AbortedException) {
      return interrupted(subject);
    }
    for (Optional<Throwable> c = Optional.of(e); c.isPresent(); c = cause(c.get())) {
      switch (c.get()) {
        case UnknownHostException _ -> {
          return new Unavailable(
              subject,
              "UnknownHost",
              host + " has no address: check the store's region and endpoints, and the DNS");
        }
        case SocketTimeoutException _ -> {
          return timeout(subject, host);
        }
        case NoRouteToHostException _ -> {
          return unreachable(subject, "NoRoute", host);
        }
        case ConnectException _ -> {
          return unreachable(subject, "ConnectionRefused", host);
        }
        case SSLException _ -> {
          return new Unavailable(
              subject,
              "TlsFailure",
              "no trusted TLS connection to " + host + ": check its certificate and the proxy");
        }
        case SocketException _ -> {
          return new Unavailable(
              subject,
              "ConnectionReset",
              host + " closed the connection: nothing to do here, Keyturn asks again");
        }
        default -> {}
      }
    }
    return new Unavailable(
        subject,
        "BadAnswer",
        "what "
            + host
            + " answered is not AWS's protocol, or broke off: check the store's endpoints and the"
            + " proxy");
  }

  /** The circuit is open. */
  static SourceFailure notAsked(String subject, String host) {
    return new Unavailable(
        subject,
        SourceFailure.NOT_ASKED,
        host + " has not answered for a while and is left alone for a moment, then asked again");
  }

  static SourceFailure busy(String subject, String host, Duration waited) {
    return new Unavailable(
        subject,
        "Busy",
        "no free connection to " + host + " within " + waited.toSeconds() + " s: it is slow");
  }

  static SourceFailure interrupted(String subject) {
    return new Unavailable(subject, INTERRUPTED, "Keyturn is being stopped");
  }

  private static SourceFailure timeout(String subject, String host) {
    return new Unavailable(
        subject,
        "Timeout",
        host + " did not answer in time: check the network path to it (NAT, VPC endpoint, policy)");
  }

  private static SourceFailure unreachable(String subject, String code, String host) {
    return new Unavailable(
        subject, code, host + " cannot be reached: check the store's endpoints and the network");
  }

  private static Optional<Throwable> cause(Throwable e) {
    return Optional.ofNullable(e.getCause());
  }
}
