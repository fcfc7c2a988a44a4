package dev.keyturn.restart.act;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.keyturn.api.Condition;
import dev.keyturn.api.ConditionTypes;
import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretStatus;
import dev.keyturn.api.RestartStatus;
import dev.keyturn.cluster.TemplatePatcher;
import dev.keyturn.restart.gather.PrunedExternalSecrets;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.math.BigInteger;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Writes our part of the status, and only if it says something new. What the watch has not told yet
 * is remembered: it would otherwise stand forever where nothing else happens.
 */
public final class StatusWriter {
  private static final PatchContext APPLY =
      new PatchContext.Builder()
          .withPatchType(PatchType.SERVER_SIDE_APPLY)
          .withFieldManager(TemplatePatcher.FIELD_MANAGER)
          .withForce(true)
          .build();

  private final KubernetesClient client;
  private final Cache<String, ExternalSecret> written =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(Duration.ofMinutes(1)).build();

  public StatusWriter(KubernetesClient client) {
    this.client = client;
  }

  /**
   * @return whether anything was written
   */
  public boolean write(ExternalSecret resource, Outcome outcome, Instant now) {
    ExternalSecretStatus known = newest(resource).statusOrEmpty();
    Optional<RestartStatus> status = Optional.ofNullable(known.restart());
    Optional<Condition> condition = known.condition(ConditionTypes.RESTARTED);
    if (outcome.isSaidBy(status, condition)) {
      return false;
    }
    ExternalSecret ours = new ExternalSecret();
    ours.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(resource.getMetadata().getNamespace())
            .withName(resource.getMetadata().getName())
            .withUid(resource.getMetadata().getUid())
            .build());
    ours.setStatus(
        new ExternalSecretStatus(
            outcome
                .condition(now, resource.getMetadata().getGeneration(), condition)
                .map(List::of)
                .orElse(List.of()),
            null,
            null,
            null,
            null,
            List.of(),
            null,
            null,
            null,
            outcome.status().orElse(null)));
    try {
      written.put(
          resource.getMetadata().getUid(),
          PrunedExternalSecrets.prune(client.resource(ours).subresource("status").patch(APPLY)));
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND
          && e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
    }
    return true;
  }

  private ExternalSecret newest(ExternalSecret told) {
    return Optional.ofNullable(written.getIfPresent(told.getMetadata().getUid()))
        .filter(ours -> version(ours).compareTo(version(told)) > 0)
        .orElse(told);
  }

  /** Those of one resource may be compared, as of Kubernetes 1.35 by contract. */
  private static BigInteger version(ExternalSecret resource) {
    return new BigInteger(resource.getMetadata().getResourceVersion());
  }
}
