package dev.keyturn.aws.call;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Function;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.sts.StsClient;

/**
 * The SDK's clients, one per service, region and named endpoint; credentials come with each
 * request, so that many identities cost no clients. No endpoint is set where the store names none:
 * the SDK's own variables, FIPS and dual-stack settings stay in force.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html">Service-specific
 *     endpoints</a>
 */
public final class Clients {
  private static final int MOST_ENDPOINTS = 256;
  private static final int MOST_UNKNOWN_REGIONS = 64;
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration ATTEMPT = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofSeconds(25);

  private final SdkHttpClient http =
      UrlConnectionHttpClient.builder().connectionTimeout(CONNECT).socketTimeout(ATTEMPT).build();
  private final SdkHttpClient longPolls =
      UrlConnectionHttpClient.builder().connectionTimeout(CONNECT).socketTimeout(POLL).build();
  private final ScheduledExecutorService timer = timer();
  private final ByKey<SecretsManagerClient> secretsManager = new ByKey<>();
  private final ByKey<SsmClient> ssm = new ByKey<>();
  private final ByKey<StsClient> sts = new ByKey<>();

  public Clients() {
    keepConnections();
  }

  public Connected<SecretsManagerClient> secretsManager(String region, Optional<URI> endpoint) {
    return secretsManager.get(
        new Key(region, endpoint),
        key -> connect(SecretsManagerClient.builder(), key, "secretsmanager"));
  }

  public Connected<SsmClient> ssm(String region, Optional<URI> endpoint) {
    return ssm.get(new Key(region, endpoint), key -> connect(SsmClient.builder(), key, "ssm"));
  }

  /** Regional, never the global endpoint. */
  public Connected<StsClient> sts(String region, Optional<URI> endpoint) {
    return sts.get(new Key(region, endpoint), key -> connect(StsClient.builder(), key, "sts"));
  }

  /**
   * For long polls: its own connections, whose read time-out exceeds the poll. A queue's URL names
   * an endpoint only where it is a VPC endpoint's.
   */
  public Connected<SqsClient> sqs(String region, Optional<URI> endpoint) {
    return connect(SqsClient.builder(), new Key(region, endpoint), "sqs", longPolls, POLL);
  }

  private <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> Connected<C> connect(
      B builder, Key key, String service) {
    return connect(builder, key, service, http, ATTEMPT);
  }

  private <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> Connected<C> connect(
      B builder, Key key, String service, SdkHttpClient over, Duration longest) {
    Endpoint endpoint =
        new Endpoint(
            key.endpoint()
                .map(URI::getHost)
                .orElse(service + "." + key.region() + ".amazonaws.com"));
    builder
        .region(Region.of(key.region()))
        .httpClient(over)
        .credentialsProvider(AnonymousCredentialsProvider.create())
        .overrideConfiguration(
            o ->
                o.apiCallTimeout(longest)
                    .retryStrategy(DefaultRetryStrategy.doNotRetry())
                    .scheduledExecutorService(timer)
                    .addExecutionInterceptor(endpoint));
    key.endpoint().ifPresent(builder::endpointOverride);
    return new Connected<>(builder.build(), endpoint);
  }

  /**
   * The JDK keeps five idle connections per host, for five seconds: a burst of batches or a poll
   * every half minute would pay for TLS again and again. Flags of the JVM win.
   */
  private static void keepConnections() {
    Properties jvm = System.getProperties();
    jvm.putIfAbsent("http.maxConnections", String.valueOf(Endpoint.CALLS_AT_A_TIME));
    jvm.putIfAbsent("http.keepAlive.time.server", "50");
  }

  /**
   * The clients of one service. A region is text that a tenant writes, and endpoints may be, so
   * these have a bound, each kind its own; those of AWS's regions are few and stay, with what was
   * learnt of each.
   */
  private static final class ByKey<C> {
    private final Map<Key, Connected<C>> regions = new ConcurrentHashMap<>();
    private final Cache<Key, Connected<C>> unknownRegions = cache(MOST_UNKNOWN_REGIONS);
    private final Cache<Key, Connected<C>> endpoints = cache(MOST_ENDPOINTS);

    Connected<C> get(Key key, Function<Key, Connected<C>> connect) {
      if (key.endpoint().isPresent()) {
        return endpoints.get(key, connect);
      }
      return Region.regions().contains(Region.of(key.region()))
          ? regions.computeIfAbsent(key, connect)
          : unknownRegions.get(key, connect);
    }

    private static <C> Cache<Key, Connected<C>> cache(int most) {
      return Caffeine.newBuilder().maximumSize(most).executor(Runnable::run).build();
    }
  }

  private static ScheduledExecutorService timer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("aws-timeouts").factory());
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }

  private record Key(String region, Optional<URI> endpoint) {}
}
