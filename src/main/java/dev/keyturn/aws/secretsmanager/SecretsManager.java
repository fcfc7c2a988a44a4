package dev.keyturn.aws.secretsmanager;

import dev.keyturn.aws.call.Clients;
import dev.keyturn.aws.call.Connected;
import dev.keyturn.aws.call.Failures;
import dev.keyturn.aws.call.Operation;
import dev.keyturn.aws.call.Pages;
import dev.keyturn.aws.identity.SessionKey;
import dev.keyturn.aws.identity.SignedCalls;
import dev.keyturn.ops.AwsCalls;
import dev.keyturn.source.Answer;
import dev.keyturn.source.Identity;
import dev.keyturn.source.SourceFailure;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.BatchGetSecretValueRequest;
import software.amazon.awssdk.services.secretsmanager.model.BatchGetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretRequest;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.Filter;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueRequest;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.ListSecretsRequest;
import software.amazon.awssdk.services.secretsmanager.model.ListSecretsResponse;

/**
 * The calls of Secrets Manager, each made as an identity.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Operations.html">Secrets
 *     Manager actions</a>
 */
final class SecretsManager {
  private final Clients clients;
  private final SignedCalls calls;
  private final AwsCalls metrics;
  private final InstantSource clock;

  SecretsManager(Clients clients, SignedCalls calls, AwsCalls metrics, InstantSource clock) {
    this.clients = clients;
    this.calls = calls;
    this.metrics = metrics;
    this.clock = clock;
  }

  /** The bounds of a listing that begins now. */
  Pages pages() {
    return new Pages(clock);
  }

  Answer<GetSecretValueResponse> get(
      Identity identity, String id, Consumer<GetSecretValueRequest.Builder> version) {
    GetSecretValueRequest.Builder request =
        GetSecretValueRequest.builder().secretId(id).applyMutation(version);
    return call(
        identity,
        Operation.GET_SECRET_VALUE,
        id,
        (client, as) -> client.getSecretValue(request.overrideConfiguration(as).build()));
  }

  Answer<BatchGetSecretValueResponse> batch(
      Identity identity, List<String> ids, Optional<String> nextToken) {
    BatchGetSecretValueRequest.Builder request =
        BatchGetSecretValueRequest.builder().secretIdList(ids);
    nextToken.ifPresent(request::nextToken);
    metrics.batched(
        Operation.BATCH_GET_SECRET_VALUE.service(),
        Operation.BATCH_GET_SECRET_VALUE.action(),
        ids.size());
    return call(
        identity,
        Operation.BATCH_GET_SECRET_VALUE,
        ids.getFirst(),
        (client, as) -> client.batchGetSecretValue(request.overrideConfiguration(as).build()));
  }

  Answer<DescribeSecretResponse> describe(Identity identity, String id) {
    DescribeSecretRequest.Builder request = DescribeSecretRequest.builder().secretId(id);
    return call(
        identity,
        Operation.DESCRIBE_SECRET,
        id,
        (client, as) -> client.describeSecret(request.overrideConfiguration(as).build()));
  }

  Answer<ListSecretsResponse> list(
      Identity identity, List<Filter> filters, Optional<String> nextToken) {
    ListSecretsRequest.Builder request =
        ListSecretsRequest.builder().maxResults(100).filters(filters);
    nextToken.ifPresent(request::nextToken);
    return call(
        identity,
        Operation.LIST_SECRETS,
        "find",
        (client, as) -> client.listSecrets(request.overrideConfiguration(as).build()));
  }

  /** What an entry among the errors of a batch means. */
  SourceFailure failure(Identity identity, String id, Failures.Reply reply) {
    return Failures.of(
        SessionKey.of(identity).asks(Operation.GET_SECRET_VALUE, id),
        connected(identity).endpoint().host(),
        reply);
  }

  private <T> Answer<T> call(
      Identity identity,
      Operation operation,
      String subject,
      SignedCalls.Request<SecretsManagerClient, T> request) {
    SessionKey caller = SessionKey.of(identity);
    return calls.call(caller, caller.asks(operation, subject), connected(identity), request);
  }

  private Connected<SecretsManagerClient> connected(Identity identity) {
    return clients.secretsManager(identity.region(), identity.endpoints().secretsManager());
  }
}
