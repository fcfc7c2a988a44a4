package dev.keyturn.aws;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import dev.keyturn.aws.call.Pause;
import dev.keyturn.aws.identity.Connections;
import dev.keyturn.ops.AwsCalls;
import dev.keyturn.source.SecretSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;

/** AWS with faults, as its documentation words them; and the source that asks it. */
public final class FakeAws implements AutoCloseable {
  private final WireMockServer server =
      new WireMockServer(WireMockConfiguration.options().dynamicPort().bindAddress("127.0.0.1"));
  public final HandClock clock = new HandClock();
  public final FixedKeys keys = new FixedKeys(AwsBasicCredentials.create("AKIAFIRST", "secret"));
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  public final Connections connections = connections(clock, clock);
  public final SecretSource source = AwsSource.over(connections);

  public FakeAws() {
    server.start();
  }

  public Connections connections(InstantSource time, Pause pause) {
    return Connections.open(
        time,
        time,
        pause,
        keys,
        () -> AwsBasicCredentials.create("AKIAOPERATOR", "secret"),
        new AwsCalls(meters),
        Runnable::run);
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.port());
  }

  public static MappingBuilder call(String action) {
    return post(urlEqualTo("/")).withHeader("X-Amz-Target", containing("." + action));
  }

  public static MappingBuilder sts(String action) {
    return post(urlEqualTo("/")).withRequestBody(containing("Action=" + action + "&"));
  }

  public void answer(MappingBuilder call, ResponseDefinitionBuilder response) {
    server.stubFor(call.willReturn(response));
  }

  public static ResponseDefinitionBuilder json(String body) {
    return aResponse()
        .withStatus(200)
        .withHeader("Content-Type", "application/x-amz-json-1.1")
        .withBody(body);
  }

  public static ResponseDefinitionBuilder error(int status, String code, String message) {
    return aResponse()
        .withStatus(status)
        .withHeader("Content-Type", "application/x-amz-json-1.1")
        .withHeader("x-amzn-RequestId", "6f1c2f0e-0000-1111-2222-333344445555")
        .withBody("{\"__type\":\"%s\",\"message\":\"%s\"}".formatted(code, message));
  }

  public static ResponseDefinitionBuilder stsError(int status, String code, String message) {
    return aResponse()
        .withStatus(status)
        .withHeader("Content-Type", "text/xml")
        .withBody(
            ("<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error>"
                    + "<Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error>"
                    + "<RequestId>6f1c2f0e</RequestId></ErrorResponse>")
                .formatted(code, message));
  }

  public ResponseDefinitionBuilder session(String action, String accessKey, Duration life) {
    return aResponse()
        .withStatus(200)
        .withHeader("Content-Type", "text/xml")
        .withBody(
            ("<%1$sResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><%1$sResult>"
                    + "<Credentials><AccessKeyId>%2$s</AccessKeyId>"
                    + "<SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
                    + "<Expiration>%3$s</Expiration></Credentials></%1$sResult></%1$sResponse>")
                .formatted(action, accessKey, clock.instant().plus(life)));
  }

  public static String entry(String name, String value) {
    return """
    {"ARN":"arn:aws:secretsmanager:eu-central-1:111122223333:secret:%s-AbCdEf","Name":"%s",
    "VersionId":"v-%s","SecretString":"%s","VersionStages":["AWSCURRENT"]}\
    """
        .formatted(name, name, name, value);
  }

  public int calls(String action) {
    return server
        .findAll(
            postRequestedFor(urlEqualTo("/")).withHeader("X-Amz-Target", containing("." + action)))
        .size();
  }

  public int callsSignedBy(String accessKey) {
    return server
        .findAll(
            postRequestedFor(urlEqualTo("/"))
                .withHeader("Authorization", containing("Credential=" + accessKey + "/")))
        .size();
  }

  public int stsCalls(String action) {
    return server
        .findAll(
            postRequestedFor(urlEqualTo("/")).withRequestBody(containing("Action=" + action + "&")))
        .size();
  }

  double counted(String operation, String outcome) {
    return meters
        .get("keyturn.aws.calls")
        .tag("operation", operation)
        .tag("outcome", outcome)
        .counter()
        .count();
  }

  String lastBody(String action) {
    return server
        .findAll(
            postRequestedFor(urlEqualTo("/")).withHeader("X-Amz-Target", containing("." + action)))
        .getLast()
        .getBodyAsString();
  }

  /** The bodies of all such calls. */
  public List<String> bodies(String action) {
    return server
        .findAll(
            postRequestedFor(urlEqualTo("/")).withHeader("X-Amz-Target", containing("." + action)))
        .stream()
        .map(LoggedRequest::getBodyAsString)
        .toList();
  }

  public WireMockServer server() {
    return server;
  }

  @Override
  public void close() {
    server.stop();
  }
}
