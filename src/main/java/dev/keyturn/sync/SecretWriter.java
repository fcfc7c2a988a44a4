package dev.keyturn.sync;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretStatus.Content;
import dev.keyturn.cluster.SecretApplier;
import dev.keyturn.cluster.SecretApplier.Applied;
import dev.keyturn.cluster.SecretView;
import dev.keyturn.cluster.SecretViews;
import dev.keyturn.render.SecretData;
import dev.keyturn.source.ContentDigest;
import dev.keyturn.source.KeyedHash;
import dev.keyturn.sync.ContentRecorder.Before;
import io.fabric8.kubernetes.api.model.Secret;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Brings the Secret to the wanted content, with one write where one is needed. */
final class SecretWriter {
  private final SecretApplier applier;
  private final SecretViews views;
  private final TargetRules rules;
  private final ContentRecorder recorder;
  private final Contention contention;
  private final KeyedHash hash;
  private final Clock clock;

  SecretWriter(
      SecretApplier applier,
      SecretViews views,
      TargetRules rules,
      ContentRecorder recorder,
      Contention contention,
      KeyedHash hash,
      Clock clock) {
    this.applier = applier;
    this.views = views;
    this.rules = rules;
    this.recorder = recorder;
    this.contention = contention;
    this.hash = hash;
    this.clock = clock;
  }

  /** What became of the Secret. */
  sealed interface Written {
    record Done(Optional<Content> content, boolean wrote) implements Written {}

    record Failed(SyncOutcome outcome) implements Written {}

    /** Whether it is on somebody else to create the Secret, or to let go of it. */
    default boolean waitsForSomebody() {
      return this instanceof Failed(SyncOutcome outcome)
          && (outcome instanceof SyncOutcome.TargetMissing
              || outcome instanceof SyncOutcome.NotOurs);
    }
  }

  /** The Secret of the target's name, wherever it is known from: one without our label is read. */
  Optional<SecretView> live(ExternalSecret resource) {
    String namespace = resource.getMetadata().getNamespace();
    Optional<SecretView> known = views.get(namespace, resource.targetName());
    if (known.isPresent()) {
      return known;
    }
    return read(namespace, resource.targetName());
  }

  private Optional<SecretView> read(String namespace, String name) {
    return views.read(namespace, name).map(secret -> SecretView.of(secret, hash));
  }

  /** Whether there is a Secret of ours, which the watch by our label follows. */
  boolean followed(ExternalSecret resource) {
    return views.get(resource.getMetadata().getNamespace(), resource.targetName()).isPresent();
  }

  /** Whether the managed Secret still holds what status records. */
  boolean intact(ExternalSecret resource, Optional<Content> recorded) {
    Optional<SecretView> view =
        views.get(resource.getMetadata().getNamespace(), resource.targetName());
    return view.isPresent()
        && !view.get().terminating()
        && recorded
            .flatMap(content -> Optional.ofNullable(content.hash()))
            .map(known -> known.equals(TargetSecret.ours(resource, view.get()).overall(hash)))
            .orElse(false);
  }

  Written write(
      ExternalSecret resource,
      SecretData rendered,
      String inputs,
      Optional<Content> recorded,
      Predicate<String> exists) {
    SecretData wanted =
        rendered.unsteady().isEmpty()
            ? rendered
            : KeptKeys.of(rendered, liveBytes(resource), inputs, recorded, hash);
    Optional<SecretView> live = live(resource);
    Optional<String> type =
        resource.getSpec().target().template() == null && wanted.type().equals(SecretData.OPAQUE)
            ? Optional.empty()
            : Optional.of(wanted.type());
    return switch (rules.claim(resource, live, type, exists)) {
      case Claim.Nothing() -> new Written.Done(Optional.empty(), false);
      case Claim.Missing() ->
          new Written.Failed(new SyncOutcome.TargetMissing(secretName(resource)));
      case Claim.Wait() -> new Written.Failed(new SyncOutcome.Raced());
      case Claim.NotOurs(String message, String holder) ->
          new Written.Failed(new SyncOutcome.NotOurs(message, holder));
      case Claim.Create() ->
          apply(resource, wanted, inputs, recorded, Optional.empty(), new Before.Absent());
      case Claim.Adopt(boolean fromEso) -> {
        Optional<SecretView> free = fromEso ? live.flatMap(this::released) : live;
        yield free.isEmpty()
            ? new Written.Failed(new SyncOutcome.Raced())
            : apply(resource, wanted, inputs, recorded, free, new Before.Foreign());
      }
      case Claim.Update() -> update(resource, wanted, inputs, recorded, live.orElseThrow());
      case Claim.Merge() -> update(resource, wanted, inputs, recorded, live.orElseThrow());
      case Claim.Replace() -> replace(resource, wanted, inputs, recorded, live.orElseThrow());
    };
  }

  private Map<String, byte[]> liveBytes(ExternalSecret resource) {
    return views
        .read(resource.getMetadata().getNamespace(), resource.targetName())
        .map(SecretView::bytes)
        .orElse(Map.of());
  }

  /** Takes the Secret away, if it is still the one that we own. */
  boolean delete(ExternalSecret resource) {
    return views
        .get(resource.getMetadata().getNamespace(), resource.targetName())
        .filter(view -> view.controlledBy(resource.getMetadata().getUid()))
        .map(applier::delete)
        .orElse(false);
  }

  /** Removes Secrets that this resource owned under an earlier target name. */
  void deleteRenamed(ExternalSecret resource) {
    views
        .controlledBy(resource.getMetadata().getNamespace(), resource.getMetadata().getUid())
        .stream()
        .filter(view -> !view.name().equals(resource.targetName()))
        .forEach(view -> deleteWhileOurs(view, resource.getMetadata().getUid()));
  }

  private void deleteWhileOurs(SecretView view, String uid) {
    Optional<SecretView> current = Optional.of(view);
    while (current.filter(live -> live.controlledBy(uid) && !live.terminating()).isPresent()
        && !applier.delete(current.get())) {
      current = read(view.namespace(), view.name());
    }
  }

  private Written update(
      ExternalSecret resource,
      SecretData wanted,
      String inputs,
      Optional<Content> recorded,
      SecretView live) {
    ContentDigest before = TargetSecret.ours(resource, live);
    ContentDigest after = ContentDigest.of(hash, wanted.data());
    if (before.equals(after) && TargetSecret.metadataHolds(resource, wanted, live)) {
      return new Written.Done(
          Optional.of(
              recorder.record(
                  recorded,
                  new Before.Ours(before),
                  after,
                  inputs,
                  live.writtenAt().orElseGet(clock::instant))),
          false);
    }
    if (live.immutable() && !before.equals(after)) {
      return new Written.Failed(new SyncOutcome.ImmutableTarget(secretName(resource)));
    }
    boolean repair =
        recorded
            .flatMap(content -> Optional.ofNullable(content.hash()))
            .map(known -> known.equals(after.overall(hash)))
            .orElse(false);
    if (repair
        && !before.equals(after)
        && contention.takenBack(resource.getMetadata().getUid(), clock.instant())) {
      return new Written.Failed(
          new SyncOutcome.Contended(secretName(resource), rival(resource, live)));
    }
    return apply(resource, wanted, inputs, recorded, Optional.of(live), new Before.Ours(before));
  }

  private Written replace(
      ExternalSecret resource,
      SecretData wanted,
      String inputs,
      Optional<Content> recorded,
      SecretView live) {
    if (!applier.delete(live)) {
      return new Written.Failed(new SyncOutcome.Raced());
    }
    views.drop(live.namespace(), live.name(), live.uid());
    return apply(
        resource, wanted, inputs, recorded, Optional.empty(), new Before.Ours(live.digest()));
  }

  private Optional<SecretView> released(SecretView live) {
    return applier.release(live).map(secret -> SecretView.of(secret, hash));
  }

  private Written apply(
      ExternalSecret resource,
      SecretData wanted,
      String inputs,
      Optional<Content> recorded,
      Optional<SecretView> live,
      Before before) {
    String uid = resource.getMetadata().getUid();
    Applied applied = applier.apply(TargetSecret.build(resource, wanted, live), uid);
    if (applied instanceof Applied.Done(Secret secret) && TargetSecret.ownsWhole(resource)) {
      Set<String> foreign = new TreeSet<>(SecretView.bytes(secret).keySet());
      foreign.removeAll(wanted.data().keySet());
      if (!foreign.isEmpty()) {
        applied = applier.removeKeys(SecretView.of(secret, hash), foreign, uid);
      }
    }
    return switch (applied) {
      case Applied.Raced() -> {
        live.ifPresent(view -> views.drop(view.namespace(), view.name(), view.uid()));
        yield new Written.Failed(new SyncOutcome.Raced());
      }
      case Applied.Refused(int code, String reason)
          when code == 0 || code == 429 || code >= HttpURLConnection.HTTP_INTERNAL_ERROR ->
          new Written.Failed(new SyncOutcome.Raced());
      case Applied.Refused(int code, String reason) ->
          new Written.Failed(
              new SyncOutcome.Forbidden(secretName(resource), "HTTP " + code + ": " + reason));
      case Applied.Done(Secret secret) -> {
        SecretView after = views.put(secret);
        yield new Written.Done(
            Optional.of(
                recorder.record(
                    recorded,
                    before,
                    ContentDigest.of(hash, wanted.data()),
                    inputs,
                    after.writtenAt().orElseGet(clock::instant))),
            true);
      }
    };
  }

  private static String rival(ExternalSecret resource, SecretView live) {
    String us = SecretApplier.manager(resource.getMetadata().getUid());
    return live.dataManagers().stream()
        .filter(manager -> !manager.equals(us))
        .findFirst()
        .orElse("an unnamed field manager");
  }

  private static String secretName(ExternalSecret resource) {
    return resource.getMetadata().getNamespace() + "/" + resource.targetName();
  }
}
