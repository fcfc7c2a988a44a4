package dev.keyturn.sync.target;

import dev.keyturn.api.Annotations;
import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.Target.CreationPolicy;
import dev.keyturn.cluster.SecretView;
import dev.keyturn.render.SecretData;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
   * @param wanted what it shall hold
   */
  Claim claim(
      ExternalSecret resource, Optional<SecretView> live, SecretData wanted, Rivals rivals) {
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
    return existing(resource, live.get(), wanted, rivals);
  }

  private static Claim existing(
      ExternalSecret resource, SecretView live, SecretData wanted, Rivals rivals) {
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
      return merges ? new Claim.Merge() : updateOrReplace(live, wanted);
    }
    if (live.controller().isPresent()) {
      return controlledBySomeoneElse(resource, live.controller().get(), secret);
    }
    String owner = live.annotations().getOrDefault(Annotations.OWNER, "");
    if (!merges && live.managed() && owner.equals(resource.getMetadata().getName())) {
      return updateOrReplace(live, wanted);
    }
    Optional<Claim> held = heldByRival(resource, live, wanted, rivals, secret);
    if (held.isPresent()) {
      return held.get();
    }
    if (merges) {
      return new Claim.Merge();
    }
    if (adopts(resource)) {
      return new Claim.TakeOver(Optional.empty());
    }
    if (!live.type().equals(wanted.type()) || !ADOPTABLE.contains(live.type())) {
      return notOurs(
          "%s exists with type %s and is nobody's; it can be taken over only if its type is that of target.template.type (%s) and one of Opaque, tls, basic-auth, ssh-auth, dockerconfigjson: delete it or use another target.name"
              .formatted(secret, live.type(), wanted.type()));
    }
    return new Claim.Adopt();
  }

  /** Two writers of one key would take turns with it: whoever has it keeps it. */
  private static Optional<Claim> heldByRival(
      ExternalSecret resource, SecretView live, SecretData wanted, Rivals rivals, String secret) {
    String owner = live.annotations().getOrDefault(Annotations.OWNER, "");
    if (live.managed() && rivals.has(owner)) {
      return Optional.of(
          new Claim.NotOurs(
              "%s is written by ExternalSecret %s/%s: give one of the two another target.name"
                  .formatted(secret, live.namespace(), owner),
              owner));
    }
    Set<String> wantedKeys =
        merges(resource) ? wanted.data().keySet() : live.digest().keys().keySet();
    return rivals
        .holder(resource, live, wantedKeys)
        .<Claim>map(
            held ->
                new Claim.NotOurs(
                    "%s holds %s for ExternalSecret %s/%s: give one of the two another target.name, or other keys"
                        .formatted(
                            secret,
                            Difference.listed(List.copyOf(held.keys())),
                            live.namespace(),
                            held.holder()),
                    held.holder()));
  }

  private static boolean merges(ExternalSecret resource) {
    CreationPolicy policy = resource.getSpec().target().creationPolicy();
    return policy == CreationPolicy.MERGE || policy == CreationPolicy.CREATE_OR_MERGE;
  }

  private static Claim updateOrReplace(SecretView live, SecretData wanted) {
    return live.type().equals(wanted.type()) ? new Claim.Update() : new Claim.Replace();
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
    String name = controller.getName();
    String holder =
        esoTwin
            ? "External Secrets Operator"
            : controller.getKind()
                + " "
                + (ours ? resource.getMetadata().getNamespace() + "/" + name : name);
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
        "%s is controlled by %s: %s".formatted(secret, holder, wayOut), ours ? name : "");
  }

  private static Claim notOurs(String message) {
    return new Claim.NotOurs(message, "");
  }
}
