package dev.keyturn.sync.target;

import dev.keyturn.api.Annotations;
import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.Labels;
import dev.keyturn.api.Target.CreationPolicy;
import dev.keyturn.cluster.SecretView;
import dev.keyturn.render.SecretData;
import dev.keyturn.source.ContentDigest;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The Secret as an ExternalSecret wants it: a fresh object that holds only what is ours. */
final class TargetSecret {
  private TargetSecret() {}

  static Secret build(ExternalSecret resource, SecretData wanted, Optional<SecretView> live) {
    boolean whole = ownsWhole(resource);
    Map<String, String> labels = new TreeMap<>();
    Map<String, String> annotations = new TreeMap<>();
    if (whole || resource.getSpec().target().template() != null) {
      labels.putAll(wanted.labels());
      annotations.putAll(wanted.annotations());
    }
    labels.put(Labels.MANAGED, "true");
    if (whole) {
      annotations.put(Annotations.OWNER, resource.getMetadata().getName());
    }
    ObjectMetaBuilder metadata =
        new ObjectMetaBuilder()
            .withNamespace(resource.getMetadata().getNamespace())
            .withName(resource.targetName())
            .withLabels(labels)
            .withAnnotations(annotations);
    if (!wanted.finalizers().isEmpty()) {
      metadata.withFinalizers(wanted.finalizers());
    }
    live.ifPresent(
        view -> metadata.withUid(view.uid()).withResourceVersion(view.resourceVersion()));
    if (wantsOwner(resource)) {
      metadata.addToOwnerReferences(
          new OwnerReferenceBuilder()
              .withApiVersion(resource.getApiVersion())
              .withKind(resource.getKind())
              .withName(resource.getMetadata().getName())
              .withUid(resource.getMetadata().getUid())
              .withController(true)
              .withBlockOwnerDeletion(true)
              .build());
    }
    SecretBuilder secret =
        new SecretBuilder().withMetadata(metadata.build()).withData(encoded(wanted));
    if (whole || live.isEmpty()) {
      secret.withType(wanted.type());
    }
    if (wanted.immutable()) {
      secret.withImmutable(true);
    }
    return secret.build();
  }

  /**
   * Leaves another owner in place as a plain one: it need not be gone for the Secret to be ours,
   * and once it is gone, its reference is collected.
   */
  static void demote(Secret secret, OwnerReference controller) {
    secret
        .getMetadata()
        .getOwnerReferences()
        .add(
            new OwnerReferenceBuilder()
                .withApiVersion(controller.getApiVersion())
                .withKind(controller.getKind())
                .withName(controller.getName())
                .withUid(controller.getUid())
                .withController(false)
                .build());
  }

  private static Map<String, String> encoded(SecretData wanted) {
    Map<String, String> encoded = new HashMap<>();
    wanted
        .data()
        .forEach((key, value) -> encoded.put(key, Base64.getEncoder().encodeToString(value)));
    return encoded;
  }

  /** The part of the Secret that is ours: all of it, or the keys that our manager owns. */
  static ContentDigest ours(ExternalSecret resource, SecretView live) {
    return ownsWhole(resource)
        ? live.digest()
        : live.digest().only(live.keysOf(resource.getMetadata().getUid()));
  }

  static boolean ownsWhole(ExternalSecret resource) {
    return switch (resource.getSpec().target().creationPolicy()) {
      case OWNER, ORPHAN -> true;
      case MERGE, CREATE_OR_MERGE, NONE -> false;
    };
  }

  static boolean wantsOwner(ExternalSecret resource) {
    return resource.getSpec().target().creationPolicy() == CreationPolicy.OWNER;
  }

  /** Whether the live Secret is one that this resource has written, be it edited since. */
  static boolean isOf(ExternalSecret resource, SecretView live) {
    String uid = resource.getMetadata().getUid();
    return switch (resource.getSpec().target().creationPolicy()) {
      case OWNER -> live.controlledBy(uid);
      case ORPHAN ->
          resource.getMetadata().getName().equals(live.annotations().get(Annotations.OWNER));
      case MERGE, CREATE_OR_MERGE -> !live.keysOf(uid).isEmpty();
      case NONE -> false;
    };
  }

  /** Whether the live Secret says that it is ours, and is owned if it should be. */
  static boolean marksHold(ExternalSecret resource, SecretView live) {
    boolean named =
        !ownsWhole(resource)
            || resource.getMetadata().getName().equals(live.annotations().get(Annotations.OWNER));
    return live.managed()
        && named
        && live.controlledBy(resource.getMetadata().getUid()) == wantsOwner(resource);
  }

  /** Whether marks and texts of the live Secret are as wanted. */
  static boolean metadataHolds(ExternalSecret resource, SecretData wanted, SecretView live) {
    boolean untouched = !ownsWhole(resource) && resource.getSpec().target().template() == null;
    boolean texts =
        untouched
            || (live.labels().entrySet().containsAll(wanted.labels().entrySet())
                && live.annotations().entrySet().containsAll(wanted.annotations().entrySet()));
    return marksHold(resource, live) && texts && (live.immutable() || !wanted.immutable());
  }
}
