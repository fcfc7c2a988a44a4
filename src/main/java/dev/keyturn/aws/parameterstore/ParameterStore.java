package dev.keyturn.aws.parameterstore;

import dev.keyturn.aws.call.Asked;
import dev.keyturn.aws.call.Calls;
import dev.keyturn.aws.call.Clients;
import dev.keyturn.aws.call.Connected;
import dev.keyturn.aws.call.Operation;
import dev.keyturn.aws.identity.SessionKey;
import dev.keyturn.aws.identity.Sessions;
import dev.keyturn.ops.AwsCalls;
import dev.keyturn.source.Answer;
import dev.keyturn.source.Identity;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.DescribeParametersRequest;
import software.amazon.awssdk.services.ssm.model.DescribeParametersResponse;
import software.amazon.awssdk.services.ssm.model.GetParametersByPathRequest;
import software.amazon.awssdk.services.ssm.model.GetParametersByPathResponse;
import software.amazon.awssdk.services.ssm.model.GetParametersRequest;
import software.amazon.awssdk.services.ssm.model.GetParametersResponse;
import software.amazon.awssdk.services.ssm.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.ssm.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.ssm.model.ParameterStringFilter;
import software.amazon.awssdk.services.ssm.model.ResourceTypeForTagging;

/**
 * The calls of Parameter Store, each made as an identity.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Operations.html">Systems
 *     Manager actions</a>
 */
public final class ParameterStore {
  private final Clients clients;
  private final Sessions sessions;
  private final Calls calls;
  private final AwsCalls metrics;

  public ParameterStore(Clients clients, Sessions sessions, Calls calls, AwsCalls metrics) {
    this.clients = clients;
    this.sessions = sessions;
    this.calls = calls;
    this.metrics = metrics;
  }

  Answer<GetParametersResponse> get(Identity identity, List<String> names, boolean decrypt) {
    metrics.batched(
        Operation.GET_PARAMETERS.service(), Operation.GET_PARAMETERS.action(), names.size());
    GetParametersRequest.Builder request =
        GetParametersRequest.builder().names(names).withDecryption(decrypt);
    return call(
        identity,
        Operation.GET_PARAMETERS,
        names.getFirst(),
        (client, as) -> client.getParameters(request.overrideConfiguration(as).build()));
  }

  Answer<ListTagsForResourceResponse> tags(Identity identity, String name) {
    ListTagsForResourceRequest.Builder request =
        ListTagsForResourceRequest.builder()
            .resourceType(ResourceTypeForTagging.PARAMETER)
            .resourceId(name);
    return call(
        identity,
        Operation.LIST_TAGS_FOR_RESOURCE,
        name,
        (client, as) -> client.listTagsForResource(request.overrideConfiguration(as).build()));
  }

  Answer<DescribeParametersResponse> describe(
      Identity identity, List<ParameterStringFilter> filters, Optional<String> nextToken) {
    DescribeParametersRequest.Builder request =
        DescribeParametersRequest.builder().maxResults(50).parameterFilters(filters);
    nextToken.ifPresent(request::nextToken);
    return call(
        identity,
        Operation.DESCRIBE_PARAMETERS,
        "find",
        (client, as) -> client.describeParameters(request.overrideConfiguration(as).build()));
  }

  Answer<GetParametersByPathResponse> under(
      Identity identity, String path, Optional<String> nextToken) {
    GetParametersByPathRequest.Builder request =
        GetParametersByPathRequest.builder()
            .path(path)
            .recursive(true)
            .withDecryption(false)
            .maxResults(10);
    nextToken.ifPresent(request::nextToken);
    return call(
        identity,
        Operation.GET_PARAMETERS_BY_PATH,
        path,
        (client, as) -> client.getParametersByPath(request.overrideConfiguration(as).build()));
  }

  private <T> Answer<T> call(
      Identity identity, Operation operation, String subject, Request<T> request) {
    Connected<SsmClient> connected = clients.ssm(identity.region(), identity.endpoints().ssm());
    Asked asked =
        new Asked(operation, subject, SessionKey.of(identity).account(), identity.region());
    return sessions.with(
        identity,
        credentials ->
            calls.call(
                asked,
                connected.endpoint(),
                () -> request.send(connected.client(), signedBy(credentials))));
  }

  private static AwsRequestOverrideConfiguration signedBy(AwsCredentials credentials) {
    return AwsRequestOverrideConfiguration.builder()
        .credentialsProvider(StaticCredentialsProvider.create(credentials))
        .build();
  }

  @FunctionalInterface
  private interface Request<T> {
    T send(SsmClient client, AwsRequestOverrideConfiguration signed);
  }
}
