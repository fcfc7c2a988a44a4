package dev.keyturn.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;

/** Secrets Manager's secrets, each with its current version only. */
final class FakeSecrets {
  static final String ACCOUNT = "111122223333";
  static final String REGION = "eu-central-1";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, Held> secrets = new ConcurrentSkipListMap<>();

  /** One secret as it is now. */
  record Held(String name, String version, String value) {
    String arn() {
      return "arn:aws:secretsmanager:%s:%s:secret:%s-AbCdEf".formatted(REGION, ACCOUNT, name);
    }
  }

  Held put(String name, String value) {
    Held held = new Held(name, UUID.randomUUID().toString(), value);
    secrets.put(name, held);
    return held;
  }

  String value(String name) {
    return secrets.get(name).value();
  }

  Optional<Held> find(String nameOrArn) {
    return Optional.ofNullable(secrets.get(nameOrArn))
        .or(() -> secrets.values().stream().filter(it -> it.arn().equals(nameOrArn)).findFirst());
  }

  ObjectNode list() {
    ObjectNode answer = JSON.createObjectNode();
    var list = answer.putArray("SecretList");
    secrets
        .values()
        .forEach(held -> list.addObject().put("Name", held.name()).put("ARN", held.arn()));
    return answer;
  }

  static ObjectNode value(Held held) {
    ObjectNode answer = JSON.createObjectNode();
    answer.put("ARN", held.arn());
    answer.put("Name", held.name());
    answer.put("VersionId", held.version());
    answer.put("SecretString", held.value());
    answer.putArray("VersionStages").add("AWSCURRENT");
    return answer;
  }

  static ObjectNode description(Held held) {
    ObjectNode answer = JSON.createObjectNode();
    answer.put("ARN", held.arn());
    answer.put("Name", held.name());
    answer.putObject("VersionIdsToStages").putArray(held.version()).add("AWSCURRENT");
    return answer;
  }

  /** The native event that EventBridge delivers when a label moved. */
  static String event(Held held, String time) {
    ObjectNode event = JSON.createObjectNode();
    event.put("version", "0");
    event.put("id", UUID.randomUUID().toString());
    event.put("detail-type", "Secret Label Updated");
    event.put("source", "aws.secretsmanager");
    event.put("account", ACCOUNT);
    event.put("time", time);
    event.put("region", REGION);
    event.putArray("resources").add(held.arn());
    event
        .putObject("detail")
        .put("name", held.name())
        .put("labelUpdated", "AWSCURRENT")
        .put("versionId", held.version());
    return event.toString();
  }
}
