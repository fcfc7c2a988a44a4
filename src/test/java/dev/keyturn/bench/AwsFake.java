package dev.keyturn.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * AWS in memory on one event loop: Secrets Manager, SQS and STS as the SDK speaks to them. An
 * answer takes the latency that was set, for which no thread waits.
 */
final class AwsFake implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  final FakeSecrets secrets = new FakeSecrets();
  final FakeQueue queue = new FakeQueue();
  final CallCounts counts = new CallCounts();
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final Random random = new Random(7);
  private final HttpServer server;
  private final Set<String> askedFor = ConcurrentHashMap.newKeySet();
  private volatile Duration latency;
  private volatile Faults faults = Faults.NONE;

  AwsFake(Duration latency) {
    this.latency = latency;
    this.server =
        vertx
            .createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(0))
            .requestHandler(request -> request.body().onSuccess(body -> serve(request, body)))
            .listen()
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.actualPort());
  }

  String queueUrl() {
    return endpoint() + "/" + FakeSecrets.ACCOUNT + "/bench";
  }

  void latency(Duration duration) {
    latency = duration;
  }

  /** Whether somebody wanted its value or description, be it not answered yet. */
  boolean wasAskedFor(String secret) {
    return askedFor.contains(secret);
  }

  void faults(Faults wanted) {
    faults = wanted;
  }

  /** A new value that nobody is told of. */
  FakeSecrets.Held rotate(String name) {
    return secrets.put(name, name + "-" + Long.toString(System.nanoTime(), 36));
  }

  void announce(FakeSecrets.Held held) {
    queue.send(FakeSecrets.event(held, Clock.systemUTC().instant().toString()));
  }

  private void serve(HttpServerRequest request, Buffer body) {
    String target = request.getHeader("X-Amz-Target");
    String operation =
        target == null ? parameter(body, "Action") : target.substring(target.indexOf('.') + 1);
    counts.count(operation);
    Faults now = faults;
    long wait = latency.toMillis();
    if (random.nextDouble() < now.slow()) {
      wait += random.nextLong(now.longest().toMillis());
    }
    switch (now.fate(random.nextDouble())) {
      case SERVED -> served(request, operation, body, wait);
      case THROTTLED ->
          later(
              wait,
              () -> reply(request, 400, error("ThrottlingException", "Rate exceeded").toString()));
      case BROKEN ->
          later(
              wait,
              () -> reply(request, 500, error("InternalServiceError", "Try again.").toString()));
      case RESET -> later(wait, () -> request.connection().close());
    }
  }

  private void served(HttpServerRequest request, String operation, Buffer body, long wait) {
    if (operation.startsWith("Assume")) {
      later(wait, () -> reply(request, 200, session(operation)));
      return;
    }
    JsonNode asked = parse(body);
    askedFor.add(asked.path("SecretId").asText());
    asked.path("SecretIdList").forEach(id -> askedFor.add(id.asText()));
    switch (operation) {
      case "ReceiveMessage" -> receive(request, asked, wait);
      case "DeleteMessageBatch" -> {
        asked.path("Entries").forEach(entry -> queue.delete(entry.path("ReceiptHandle").asText()));
        later(wait, () -> reply(request, 200, "{\"Successful\":[],\"Failed\":[]}"));
      }
      case "BatchGetSecretValue" -> later(wait, () -> reply(request, 200, batch(asked)));
      case "ListSecrets" -> later(wait, () -> reply(request, 200, secrets.list().toString()));
      case "GetSecretValue" ->
          later(wait, () -> one(request, asked, held -> FakeSecrets.value(held)));
      case "DescribeSecret" ->
          later(wait, () -> one(request, asked, held -> FakeSecrets.description(held)));
      default -> reply(request, 400, error("UnknownOperationException", operation).toString());
    }
  }

  private void receive(HttpServerRequest request, JsonNode asked, long wait) {
    FakeQueue.Poll poll =
        queue.receive(
            asked.path("MaxNumberOfMessages").asInt(1),
            messages -> later(wait, () -> reply(request, 200, messages.toString())));
    int seconds = asked.path("WaitTimeSeconds").asInt(0);
    later(TimeUnit.SECONDS.toMillis(seconds), () -> queue.expire(poll));
  }

  private void one(
      HttpServerRequest request,
      JsonNode asked,
      java.util.function.Function<FakeSecrets.Held, ObjectNode> answer) {
    secrets
        .find(asked.path("SecretId").asText())
        .ifPresentOrElse(
            held -> reply(request, 200, answer.apply(held).toString()),
            () -> reply(request, 400, notFound().toString()));
  }

  private String batch(JsonNode asked) {
    ObjectNode answer = JSON.createObjectNode();
    var values = answer.putArray("SecretValues");
    var errors = answer.putArray("Errors");
    for (JsonNode id : asked.path("SecretIdList")) {
      secrets
          .find(id.asText())
          .ifPresentOrElse(
              held -> values.add(FakeSecrets.value(held)),
              () ->
                  errors
                      .addObject()
                      .put("SecretId", id.asText())
                      .put("ErrorCode", "ResourceNotFoundException")
                      .put("Message", "Secrets Manager can't find the specified secret."));
    }
    return answer.toString();
  }

  private static String session(String operation) {
    return ("<%1$sResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><%1$sResult>"
            + "<Credentials><AccessKeyId>ASIABENCH</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
            + "<SessionToken>t</SessionToken><Expiration>%2$s</Expiration></Credentials>"
            + "</%1$sResult></%1$sResponse>")
        .formatted(operation, Clock.systemUTC().instant().plus(Duration.ofHours(1)));
  }

  private static ObjectNode notFound() {
    return error("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
  }

  private static ObjectNode error(String code, String message) {
    return JSON.createObjectNode().put("__type", code).put("message", message);
  }

  private static void reply(HttpServerRequest request, int status, String body) {
    request
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", body.startsWith("<") ? "text/xml" : "application/x-amz-json-1.1")
        .putHeader("x-amzn-RequestId", "6f1c2f0e-0000-1111-2222-333344445555")
        .end(body)
        .onFailure(gone -> {});
  }

  private void later(long millis, Runnable work) {
    if (millis == 0) {
      work.run();
    } else {
      vertx.setTimer(millis, timer -> work.run());
    }
  }

  private static String parameter(Buffer form, String name) {
    for (String pair : form.toString(StandardCharsets.UTF_8).split("&", -1)) {
      if (pair.startsWith(name + "=")) {
        return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
      }
    }
    return "";
  }

  private static JsonNode parse(Buffer body) {
    try {
      return JSON.readTree(body.getBytes());
    } catch (IOException e) {
      return JSON.createObjectNode();
    }
  }

  @Override
  public void close() {
    server.close().toCompletionStage().toCompletableFuture().join();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
