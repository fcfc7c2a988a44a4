package dev.keyturn.cluster;

import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.HttpURLConnection;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes Secrets by server-side apply, one field manager per ExternalSecret, so that two that merge
 * into one Secret do not delete each other's keys ("Server-Side Apply", Kubernetes documentation).
 */
public final class SecretApplier {
  static final String MANAGER_PREFIX = "keyturn/";

  /**
   * Of nothing in etcd, where the first write is the second revision. An apply creates what is not
   * there whatever version it names, and is refused where anything is (kube-apiserver, {@code
   * registry/generic/registry/store.go}).
   */
  private static final String NOT_THERE = "1";

  private static final int UNPROCESSABLE = 422;

  private final KubernetesClient client;

  public SecretApplier(KubernetesClient client) {
    this.client = client;
  }

  public static String manager(String externalSecretUid) {
    return MANAGER_PREFIX + externalSecretUid;
  }

  /**
   * Applies a fresh object that holds only what is ours. With a resourceVersion in it, a Secret
   * that was changed or deleted meanwhile is left alone; without, one that was made meanwhile.
   */
  public Applied apply(Secret wanted, String externalSecretUid) {
    Secret conditional =
        wanted.getMetadata().getResourceVersion() == null
            ? wanted.edit().editMetadata().withResourceVersion(NOT_THERE).endMetadata().build()
            : wanted;
    return write(
        () ->
            client
                .secrets()
                .inNamespace(wanted.getMetadata().getNamespace())
                .resource(conditional)
                .patch(
                    new PatchContext.Builder()
                        .withPatchType(PatchType.SERVER_SIDE_APPLY)
                        .withFieldManager(manager(externalSecretUid))
                        .withForce(true)
                        .build()));
  }

  /**
   * Asks the API server whether it would take such a Secret. Nothing is written, also because the
   * one that it shall replace is still there; but that is looked at last, when the new one has
   * passed: {@link Applied.Overtaken} then.
   */
  public Applied tryOut(Secret wanted) {
    return write(
        () ->
            client
                .secrets()
                .inNamespace(wanted.getMetadata().getNamespace())
                .resource(wanted)
                .dryRun()
                .create());
  }

  /** Removes keys that no apply of ours can: those another manager put there. */
  public Applied removeKeys(SecretView live, Collection<String> keys, String externalSecretUid) {
    String patch =
        "{\"metadata\":{\"uid\":\"%s\",\"resourceVersion\":\"%s\"},\"data\":{%s}}"
            .formatted(
                live.uid(),
                live.resourceVersion(),
                keys.stream().map(key -> "\"" + key + "\":null").collect(Collectors.joining(",")));
    return merge(live.namespace(), live.name(), patch, externalSecretUid);
  }

  /**
   * Gives up a Secret of ours, which no apply can if somebody else, such as a restored backup, has
   * its owner references, too.
   */
  public Applied disown(Secret live, String externalSecretUid) {
    ObjectMeta metadata = live.getMetadata();
    String patch =
        Serialization.asJson(
            Map.of(
                "metadata",
                Map.of(
                    "uid",
                    metadata.getUid(),
                    "resourceVersion",
                    metadata.getResourceVersion(),
                    "ownerReferences",
                    metadata.getOwnerReferences().stream()
                        .filter(owner -> !owner.getUid().equals(externalSecretUid))
                        .toList())));
    return merge(metadata.getNamespace(), metadata.getName(), patch, externalSecretUid);
  }

  private Applied merge(String namespace, String name, String patch, String externalSecretUid) {
    return write(
        () ->
            client
                .secrets()
                .inNamespace(namespace)
                .withName(name)
                .patch(
                    new PatchContext.Builder()
                        .withPatchType(PatchType.JSON_MERGE)
                        .withFieldManager(manager(externalSecretUid))
                        .build(),
                    patch));
  }

  /** Deletes exactly the Secret that was decided on, not one that took its name since. */
  public boolean delete(SecretView live) {
    DeleteOptions options =
        new DeleteOptionsBuilder()
            .withNewPreconditions()
            .withUid(live.uid())
            .withResourceVersion(live.resourceVersion())
            .endPreconditions()
            .build();
    try {
      client.raw(
          "/api/v1/namespaces/%s/secrets/%s".formatted(live.namespace(), live.name()),
          "DELETE",
          options);
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT
          || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  private static Applied write(java.util.function.Supplier<Secret> call) {
    try {
      Secret written = WholeAnswer.of(call.get());
      var _ = SecretView.bytes(written);
      return new Applied.Done(written);
    } catch (IllegalArgumentException e) {
      return new Applied.Refused(0, "what it answers holds no bytes");
    } catch (KubernetesClientException e) {
      return switch (e.getCode()) {
        case HttpURLConnection.HTTP_CONFLICT -> new Applied.Overtaken();
        case HttpURLConnection.HTTP_NOT_FOUND -> new Applied.Overtaken();
        default -> new Applied.Refused(code(e), reason(e));
      };
    }
  }

  /** HTTP's; 0 where there was no answer, for which the client has a code below. */
  public static int code(KubernetesClientException e) {
    return Math.max(e.getCode(), 0);
  }

  /**
   * Which fields the API server refuses and why, in the words that it has for programs: its message
   * quotes the value. Where it names no field it says who may not do what.
   */
  public static String reason(KubernetesClientException e) {
    Status status = e.getStatus();
    if (status == null || status.getMessage() == null) {
      return code(e) == 0 ? "it cannot be reached" : "HTTP " + e.getCode();
    }
    List<StatusCause> causes =
        status.getDetails() == null ? List.of() : status.getDetails().getCauses();
    List<String> fields =
        causes.stream()
            .filter(cause -> cause.getField() != null)
            .map(cause -> cause.getField() + ": " + cause.getReason())
            .distinct()
            .toList();
    return fields.isEmpty() && e.getCode() != UNPROCESSABLE
        ? status.getMessage().replaceAll("(?s)Invalid value:.*", "Invalid value")
        : fields.isEmpty() ? status.getReason() : String.join(", ", fields);
  }

  /** What came of a write. */
  public sealed interface Applied {
    record Done(Secret secret) implements Applied {}

    /** Somebody changed or deleted the Secret since it was looked at: look again. */
    record Overtaken() implements Applied {}

    /**
     * The API server said no.
     *
     * @param code HTTP status; 0 when it could not be reached
     */
    record Refused(int code, String reason) implements Applied {}
  }
}
