package dev.keyturn.sync.target;

import dev.keyturn.api.Annotations;
import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.Target.CreationPolicy;
import dev.keyturn.cluster.SecretView;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Decides what may be done with an existing Secret: adopt, take over, write or leave alone. */
final class TargetRules {
  private static final Set<String> ADOPTABLE =
      Set.of(
          "Opaque",
          "kubernetes.io/tls",
          "kubernetes.io/basic-auth",
          "kubernetes.io/ssh-auth",
          "kubernetes.io/dockerconfigjson");
  private static final Set<String> TOKENS =
      Set.of("kubernetes.io/service-account-token", "bootstrap.kubernetes.io/token");
  private static final String ESO_GROUP = "external-secrets.io/";

  private final String operatorNamespace;
  private final boolean allowOperatorNamespace;

  TargetRules(String operatorNamespace, boolean allowOperatorNamespace) {
    this.operatorNamespace = operatorNamespace;
    this.allowOperatorNamespace = allowOperatorNamespace;
  }

  /**
   * @param live the Secret of the target's name
   * @param type the type that is wanted
   * @param exists whether an ExternalSecret of that name exists in the namespace
   */
  Claim claim(
      ExternalSecret resource,
      Optional<SecretView> live,
      Optional<String> type,
      Predicate<String> exists) {
    String namespace = resource.getMetadata().getNamespace();
    CreationPolicy policy = resource.getSpec().target().creationPolicy();
    if (policy == CreationPolicy.NONE) {
      return new Claim.Nothing();
    }
    if (namespace.equals(operatorNamespace) && !allowOperatorNamespace) {
      return notOurs(
          "Secrets in the operator's own namespace %s are not written: move the ExternalSecret to another namespace"
              .formatted(namespace));
    }
    if (live.isEmpty()) {
      return policy == CreationPolicy.MERGE ? new Claim.Missing() : new Claim.Create();
    }
    return existing(resource, live.get(), type, exists);
  }

  private static Claim existing(
      ExternalSecret resource, SecretView live, Optional<String> type, Predicate<String> exists) {
    String secret = "Secret %s/%s".formatted(live.namespace(), live.name());
    if (live.terminating()) {
      return new Claim.Wait();
    }
    if (TOKENS.contains(live.type()) || live.type().startsWith("helm.sh/")) {
      return notOurs(
          "%s has type %s, which Keyturn never touches: use another target.name"
              .formatted(secret, live.type()));
    }
    boolean merges = merges(resource);
    if (live.controlledBy(resource.getMetadata().getUid())) {
      return merges ? new Claim.Merge() : updateOrReplace(live, type);
    }
    if (live.controller().isPresent()) {
      return controlledBySomeoneElse(resource, live.controller().get(), secret);
    }
    if (merges) {
      return new Claim.Merge();
    }
    String owner = live.annotations().getOrDefault(Annotations.OWNER, "");
    String name = resource.getMetadata().getName();
    if (live.managed() && owner.equals(name)) {
      return updateOrReplace(live, type);
    }
    if (live.managed() && !owner.isEmpty() && exists.test(owner)) {
      return new Claim.NotOurs(
          "%s is written by ExternalSecret %s: give one of the two another target.name"
              .formatted(secret, owner),
          owner);
    }
    if (adopts(resource)) {
      return new Claim.TakeOver(Optional.empty());
    }
    String wanted = type.orElse("Opaque");
    if (!live.type().equals(wanted) || !ADOPTABLE.contains(live.type())) {
      return notOurs(
          "%s exists with type %s and is nobody's; it can be taken over only if its type is that of target.template.type (%s) and one of Opaque, tls, basic-auth, ssh-auth, dockerconfigjson: delete it or use another target.name"
              .formatted(secret, live.type(), wanted));
    }
    return new Claim.Adopt();
  }

  private static boolean merges(ExternalSecret resource) {
    CreationPolicy policy = resource.getSpec().target().creationPolicy();
    return policy == CreationPolicy.MERGE || policy == CreationPolicy.CREATE_OR_MERGE;
  }

  private static Claim updateOrReplace(SecretView live, Optional<String> type) {
    return live.type().equals(type.orElse("Opaque")) ? new Claim.Update() : new Claim.Replace();
  }

  private static boolean adopts(ExternalSecret resource) {
    return "true".equals(annotations(resource).get(Annotations.ADOPT));
  }

  /** Whether what a Secret of nobody holds may go. */
  static boolean overwrites(ExternalSecret resource) {
    return "overwrite".equals(annotations(resource).get(Annotations.ADOPT));
  }

  private static Map<String, String> annotations(ExternalSecret resource) {
    return Optional.ofNullable(resource.getMetadata().getAnnotations()).orElse(Map.of());
  }

  private static Claim controlledBySomeoneElse(
      ExternalSecret resource, OwnerReference controller, String secret) {
    boolean esoTwin =
        controller.getApiVersion().startsWith(ESO_GROUP)
            && controller.getKind().equals("ExternalSecret")
            && controller.getName().equals(resource.getMetadata().getName());
    boolean owns = resource.getSpec().target().creationPolicy() == CreationPolicy.OWNER;
    if (esoTwin && owns && adopts(resource)) {
      return new Claim.TakeOver(Optional.of(controller));
    }
    boolean ours =
        controller.getApiVersion().startsWith(Annotations.DOMAIN)
            && controller.getKind().equals("ExternalSecret");
    String holder =
        esoTwin ? "External Secrets Operator" : controller.getKind() + " " + controller.getName();
    String wayOut = "give one of the two another target.name";
    if (esoTwin) {
      wayOut =
          owns
              ? "annotate this ExternalSecret with %s=true to take it over"
                  .formatted(Annotations.ADOPT)
              : "take it over with creationPolicy Owner and annotation %s=true, or use another target.name"
                  .formatted(Annotations.ADOPT);
    }
    return new Claim.NotOurs(
        "%s is controlled by %s: %s".formatted(secret, holder, wayOut),
        ours ? controller.getName() : "");
  }

  private static Claim notOurs(String message) {
    return new Claim.NotOurs(message, "");
  }
}
