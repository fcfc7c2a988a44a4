package dev.keyturn.aws.parameterstore;

import dev.keyturn.aws.call.Clients;
import dev.keyturn.aws.call.Operation;
import dev.keyturn.aws.call.Pages;
import dev.keyturn.aws.identity.SessionKey;
import dev.keyturn.aws.identity.SignedCalls;
import dev.keyturn.ops.AwsCalls;
import dev.keyturn.source.Answer;
import dev.keyturn.source.Identity;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
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
final class ParameterStore {
  private final Clients clients;
  private final SignedCalls calls;
  private final AwsCalls metrics;
  private final InstantSource clock;

  ParameterStore(Clients clients, SignedCalls calls, AwsCalls metrics, InstantSource clock) {
    this.clients = clients;
    this.calls = calls;
    this.metrics = metrics;
    this.clock = clock;
  }

  /** The bounds of a listing that begins now. */
  Pages pages() {
    return new Pages(clock);
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
      Identity identity,
      Operation operation,
      String subject,
      SignedCalls.Request<SsmClient, T> request) {
    SessionKey caller = SessionKey.of(identity);
    return calls.call(
        caller,
        caller.asks(operation, subject),
        clients.ssm(identity.region(), identity.endpoints().ssm()),
        request);
  }
}
