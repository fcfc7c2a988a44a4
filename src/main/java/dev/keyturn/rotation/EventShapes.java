package dev.keyturn.rotation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.keyturn.source.Service;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads the events that EventBridge puts on a queue, directly or through SNS. What it does not
 * understand is nobody's business and never repeated anywhere.
 */
public final class EventShapes {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final Set<String> CALLS =
      Set.of(
          "CreateSecret",
          "PutSecretValue",
          "UpdateSecret",
          "UpdateSecretVersionStage",
          "DeleteSecret",
          "RestoreSecret",
          "RotateSecret",
          "TagResource",
          "UntagResource");

  /** Of Systems Manager, which tells everything else of a parameter by events of its own. */
  private static final Set<String> PARAMETER_TAG_CALLS =
      Set.of("AddTagsToResource", "RemoveTagsFromResource");

  private static final Instant END = Instant.parse("9999-12-31T00:00:00Z");

  private EventShapes() {}

  /** The change that a message tells; empty for a shape we do not follow. */
  public static Optional<SecretEvent> read(String message) {
    try {
      return event(JSON.readTree(message));
    } catch (JsonProcessingException | DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Optional<SecretEvent> event(JsonNode message) throws JsonProcessingException {
    JsonNode event =
        message.path("Message").isTextual()
            ? JSON.readTree(message.path("Message").textValue())
            : message;
    return switch (event.path("detail-type").asText()) {
      case "Secret Label Updated" -> labelUpdated(event);
      case "AWS API Call via CloudTrail" -> call(event);
      case "AWS Service Event via CloudTrail" -> serviceEvent(event);
      case "Parameter Store Change" -> parameter(event);
      default -> Optional.empty();
    };
  }

  private static Optional<SecretEvent> labelUpdated(JsonNode event) {
    JsonNode detail = event.path("detail");
    Optional<String> secret =
        firstOf(event.path("resources").path(0), detail.path("arn"), detail.path("name"));
    return secret.map(
        name ->
            change(
                SecretEvent.Kind.CONTENT,
                event,
                name,
                texts(detail.path("labelUpdated")),
                firstOf(detail.path("versionId"))));
  }

  private static Optional<SecretEvent> call(JsonNode event) {
    JsonNode detail = event.path("detail");
    String name = detail.path("eventName").asText();
    if (firstOf(detail.path("errorCode")).isPresent()) {
      return Optional.empty();
    }
    if (PARAMETER_TAG_CALLS.contains(name) && event.path("source").asText().equals("aws.ssm")) {
      return parameterTags(event);
    }
    if (!ofSecretsManager(event) || !CALLS.contains(name)) {
      return Optional.empty();
    }
    JsonNode asked = detail.path("requestParameters");
    JsonNode answered = detail.path("responseElements");
    Optional<String> secret =
        firstOf(
            answered.path("arn"),
            answered.path("aRN"),
            answered.path("ARN"),
            asked.path("secretId"),
            asked.path("name"));
    return secret.map(
        id ->
            change(
                kind(name),
                event,
                id,
                stages(name, asked, answered),
                version(name, asked, answered)));
  }

  private static SecretEvent.Kind kind(String call) {
    return switch (call) {
      case "CreateSecret", "DeleteSecret", "RestoreSecret" -> SecretEvent.Kind.EXISTENCE;
      case "TagResource", "UntagResource" -> SecretEvent.Kind.TAGS;
      default -> SecretEvent.Kind.CONTENT;
    };
  }

  private static Optional<SecretEvent> parameterTags(JsonNode event) {
    JsonNode asked = event.path("detail").path("requestParameters");
    return firstOf(asked.path("resourceId"))
        .filter(_ -> asked.path("resourceType").asText().equals("Parameter"))
        .map(name -> change(SecretEvent.Kind.TAGS, event, name, Set.of(), Optional.empty()));
  }

  private static Set<String> stages(String call, JsonNode asked, JsonNode answered) {
    return switch (call) {
      case "UpdateSecretVersionStage" -> texts(asked.path("versionStage"));
      case "PutSecretValue" -> {
        Set<String> stages = texts(answered.path("versionStages"));
        stages.addAll(texts(asked.path("versionStages")));
        yield stages;
      }
      default -> Set.of();
    };
  }

  /** Empty where the version need not become visible under the labels that are followed. */
  private static Optional<String> version(String call, JsonNode asked, JsonNode answered) {
    return switch (call) {
      case "UpdateSecretVersionStage" -> firstOf(asked.path("moveToVersionId"));
      case "PutSecretValue", "UpdateSecret", "CreateSecret" ->
          firstOf(answered.path("versionId"), answered.path("VersionId"));
      default -> Optional.empty();
    };
  }

  private static boolean ofSecretsManager(JsonNode event) {
    return event.path("source").asText().equals("aws.secretsmanager")
        || event.path("detail").path("eventSource").asText().equals("secretsmanager.amazonaws.com");
  }

  private static Optional<SecretEvent> serviceEvent(JsonNode event) {
    if (!ofSecretsManager(event)) {
      return Optional.empty();
    }
    JsonNode detail = event.path("detail");
    Optional<String> secret =
        firstOf(
            detail.path("additionalEventData").path("SecretId"),
            detail.path("additionalEventData").path("secretId"),
            detail.path("serviceEventDetails").path("secretId"),
            detail.path("serviceEventDetails").path("SecretId"));
    SecretEvent.Kind kind =
        switch (detail.path("eventName").asText()) {
          case "RotationStarted" -> SecretEvent.Kind.ROTATION_STARTED;
          case "RotationSucceeded" -> SecretEvent.Kind.ROTATION_SUCCEEDED;
          case "RotationFailed" -> SecretEvent.Kind.ROTATION_FAILED;
          case "RotationAbandoned" -> SecretEvent.Kind.ROTATION_ABANDONED;
          default -> SecretEvent.Kind.CONTENT;
        };
    return secret.map(id -> change(kind, event, id, Set.of(), Optional.empty()));
  }

  private static Optional<SecretEvent> parameter(JsonNode event) {
    SecretEvent.Kind kind =
        switch (event.path("detail").path("operation").asText()) {
          case "Create", "Delete" -> SecretEvent.Kind.EXISTENCE;
          default -> SecretEvent.Kind.CONTENT;
        };
    return firstOf(event.path("detail").path("name"), event.path("resources").path(0))
        .map(name -> change(kind, event, name, Set.of(), Optional.empty()));
  }

  private static SecretEvent change(
      SecretEvent.Kind kind,
      JsonNode event,
      String secret,
      Set<String> stages,
      Optional<String> version) {
    JsonNode detail = event.path("detail");
    Service service =
        event.path("source").asText().equals("aws.ssm")
            ? Service.PARAMETER_STORE
            : Service.SECRETS_MANAGER;
    return new SecretEvent(
        kind,
        service,
        firstOf(event.path("account"), detail.path("recipientAccountId")).orElse(""),
        firstOf(event.path("region"), detail.path("awsRegion")).orElse(""),
        secret,
        stages,
        version,
        time(firstOf(detail.path("eventTime"), event.path("time")).orElse("")));
  }

  /** Of years with four digits, as AWS has them: others overflow wherever they are counted with. */
  private static Instant time(String text) {
    Instant time = Instant.parse(text);
    if (time.isBefore(Instant.EPOCH) || !time.isBefore(END)) {
      throw new DateTimeException("no time of an event");
    }
    return time;
  }

  private static Optional<String> firstOf(JsonNode... candidates) {
    return Stream.of(candidates)
        .filter(JsonNode::isTextual)
        .map(JsonNode::textValue)
        .filter(text -> !text.isBlank())
        .findFirst();
  }

  /** One text, or a list of them. */
  private static Set<String> texts(JsonNode node) {
    Set<String> texts = new HashSet<>();
    firstOf(node).ifPresent(texts::add);
    node.forEach(element -> firstOf(element).ifPresent(texts::add));
    return texts;
  }
}
