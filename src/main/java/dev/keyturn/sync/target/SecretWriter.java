package dev.keyturn.sync.target;

import dev.keyturn.api.Annotations;
import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretStatus.Content;
import dev.keyturn.api.Target.CreationPolicy;
import dev.keyturn.cluster.SecretApplier;
import dev.keyturn.cluster.SecretView;
import dev.keyturn.cluster.SecretViews;
import dev.keyturn.render.SecretData;
import dev.keyturn.source.ContentDigest;
import dev.keyturn.source.KeyedHash;
import dev.keyturn.sync.target.ContentRecorder.Before;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Brings the Secret to the wanted content, with one write where one is needed. */
public final class SecretWriter {
  private static final int MOST_DELETES = 3;

  private final SecretApplier applier;
  private final SecretViews views;
  private final TargetRules rules;
  private final WholeWrite write;
  private final Contention contention;
  private final KeyedHash hash;
  private final Clock clock;

  SecretWriter(
      SecretApplier applier,
      SecretViews views,
      TargetRules rules,
      WholeWrite write,
      Contention contention,
      KeyedHash hash,
      Clock clock) {
    this.applier = applier;
    this.views = views;
    this.rules = rules;
    this.write = write;
    this.contention = contention;
    this.hash = hash;
    this.clock = clock;
  }

  /** What became of the Secret. */
  public sealed interface Written {
    record Done(Optional<Content> content, boolean wrote) implements Written {}

    record Failed(Unwritten why) implements Written {}
  }

  /**
   * What is to be written.
   *
   * @param recorded what status says of the Secret
   */
  public record Wish(ExternalSecret resource, SecretData data, String inputs, Recorded recorded) {
    String uid() {
      return resource.getMetadata().getUid();
    }

    String secretName() {
      return resource.getMetadata().getNamespace() + "/" + resource.targetName();
    }

    Wish with(SecretData other) {
      return new Wish(resource, other, inputs, recorded);
    }
  }

  /** The Secret of the target's name, wherever it is known from: one without our label is read. */
  public Optional<SecretView> live(ExternalSecret resource) {
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

  /**
   * Whether the Secret of the target's name is one that this resource has written: a Secret that
   * merely has the name, such as after the target was renamed, is not.
   */
  public boolean isWritten(ExternalSecret resource) {
    return live(resource).filter(view -> TargetSecret.isOf(resource, view)).isPresent();
  }

  /** Whether the managed Secret still holds what status records. */
  public boolean intact(ExternalSecret resource, Optional<Content> recorded) {
    Optional<SecretView> view = live(resource).filter(SecretView::managed);
    return view.isPresent()
        && !view.get().terminating()
        && TargetSecret.marksHold(resource, view.get())
        && recorded
            .flatMap(content -> Optional.ofNullable(content.hash()))
            .map(known -> known.equals(TargetSecret.ours(resource, view.get()).overall(hash)))
            .orElse(false);
  }

  public Written write(Wish asked, Rivals rivals) {
    ExternalSecret resource = asked.resource();
    Wish wish =
        asked.data().unsteady().isEmpty()
            ? asked
            : asked.with(
                KeptKeys.of(
                    asked.data(),
                    liveBytes(resource),
                    asked.inputs(),
                    asked.recorded().content(),
                    hash));
    Optional<SecretView> live = live(resource);
    return switch (rules.claim(resource, live, wish.data(), rivals)) {
      case Claim.Nothing() -> new Written.Done(Optional.empty(), false);
      case Claim.Missing() -> new Written.Failed(new Unwritten.TargetMissing(wish.secretName()));
      case Claim.Wait() -> new Written.Failed(terminating(live.orElseThrow()));
      case Claim.NotOurs(String message, String holder) ->
          new Written.Failed(new Unwritten.NotOurs(message, holder));
      case Claim.Create() -> apply(wish, Optional.empty(), new Before.Absent());
      case Claim.Adopt() -> adopt(wish, live.orElseThrow());
      case Claim.TakeOver(Optional<OwnerReference> controller) ->
          takeOver(wish, live.orElseThrow(), controller);
      case Claim.Update() -> update(wish, live.orElseThrow(), rivals);
      case Claim.Merge() -> update(wish, live.orElseThrow(), rivals);
      case Claim.Replace() -> write.replace(wish, live.orElseThrow());
    };
  }

  /** Why nothing can be written yet, where that is known without a look: it is being deleted. */
  public Optional<Unwritten> leaving(ExternalSecret resource) {
    return resource.getSpec().target().creationPolicy() == CreationPolicy.NONE
        ? Optional.empty()
        : views
            .get(resource.getMetadata().getNamespace(), resource.targetName())
            .filter(SecretView::terminating)
            .map(SecretWriter::terminating);
  }

  private static Unwritten terminating(SecretView live) {
    return new Unwritten.Terminating(live.namespace() + "/" + live.name(), live.finalizers());
  }

  private Map<String, byte[]> liveBytes(ExternalSecret resource) {
    return views
        .read(resource.getMetadata().getNamespace(), resource.targetName())
        .map(SecretView::bytes)
        .orElse(Map.of());
  }

  /** Forgets who took keys back: a new look is wanted, or the resource is gone. */
  public void forget(ExternalSecret resource) {
    contention.forget(resource.getMetadata().getUid());
  }

  /** Takes the Secret away, if it is still the one that we own. */
  public boolean delete(ExternalSecret resource) {
    return views
        .get(resource.getMetadata().getNamespace(), resource.targetName())
        .filter(view -> view.controlledBy(resource.getMetadata().getUid()))
        .map(applier::delete)
        .orElse(false);
  }

  /**
   * Removes Secrets that this resource owned under an earlier target name, once the one of the new
   * name is written and is its own.
   */
  public void deleteRenamed(ExternalSecret resource) {
    if (resource.getSpec().target().creationPolicy() != CreationPolicy.NONE
        && !isWritten(resource)) {
      return;
    }
    views
        .controlledBy(resource.getMetadata().getNamespace(), resource.getMetadata().getUid())
        .stream()
        .filter(view -> !view.name().equals(resource.targetName()))
        .forEach(view -> deleteWhileOurs(view, resource.getMetadata().getUid()));
  }

  /** One that others write each time is left to the next sync. */
  private void deleteWhileOurs(SecretView view, String uid) {
    Optional<SecretView> current = Optional.of(view);
    for (int tries = 1;
        current.filter(live -> live.controlledBy(uid) && !live.terminating()).isPresent()
            && !applier.delete(current.get())
            && tries < MOST_DELETES;
        tries++) {
      current = read(view.namespace(), view.name());
    }
  }

  private Written update(Wish wish, SecretView live, Rivals rivals) {
    ExternalSecret resource = wish.resource();
    ContentDigest before = TargetSecret.ours(resource, live);
    ContentDigest after = ContentDigest.of(hash, wish.data().data());
    // Other inputs may be labels that are gone from the template, which only an apply takes away.
    Optional<Content> recorded = wish.recorded().content();
    boolean sameInputs =
        recorded.map(content -> wish.inputs().equals(content.inputs())).orElse(false);
    if (before.equals(after)
        && sameInputs
        && TargetSecret.metadataHolds(resource, wish.data(), live)) {
      return new Written.Done(
          Optional.of(write.record(wish, new Before.Ours(before), live.writtenAt())), false);
    }
    if (live.immutable() && !before.equals(after)) {
      return new Written.Failed(new Unwritten.ImmutableTarget(wish.secretName()));
    }
    boolean repair =
        recorded
            .flatMap(content -> Optional.ofNullable(content.hash()))
            .map(known -> known.equals(after.overall(hash)))
            .orElse(false);
    boolean drift = sameInputs || !before.equals(after);
    if (repair && drift && contention.takenBack(wish.uid(), clock.instant())) {
      return new Written.Failed(
          new Unwritten.Contended(wish.secretName(), opponent(wish.uid(), live, rivals)));
    }
    boolean joins = before.keys().isEmpty() && recorded.isEmpty();
    return apply(
        wish,
        Optional.of(live),
        joins && !TargetSecret.ownsWhole(resource)
            ? new Before.Joined(live.digest())
            : write.before(wish, live, before));
  }

  /** What goes from it is somebody's doing, so that only a person can say that it may. */
  private Written adopt(Wish wish, SecretView live) {
    List<String> removed =
        live.digest().keys().keySet().stream()
            .filter(key -> !wish.data().data().containsKey(key))
            .sorted()
            .toList();
    if (!removed.isEmpty() && !TargetRules.overwrites(wish.resource())) {
      return new Written.Failed(
          new Unwritten.NotOurs(
              "Secret %s is nobody's and holds %s, which would be removed: use another target.name or creationPolicy Merge, or annotate this ExternalSecret with %s=overwrite"
                  .formatted(wish.secretName(), Difference.listed(removed), Annotations.ADOPT),
              ""));
    }
    if (live.immutable() && !live.digest().equals(ContentDigest.of(hash, wish.data().data()))) {
      return new Written.Failed(new Unwritten.ImmutableTarget(wish.secretName()));
    }
    return apply(wish, Optional.of(live), write.before(wish, live, live.digest()));
  }

  /** In one write, so that it is never nobody's, and only if its bytes stay as they are. */
  private Written takeOver(Wish wish, SecretView live, Optional<OwnerReference> controller) {
    Optional<String> difference = Difference.between(live, wish.data(), hash);
    if (difference.isPresent()) {
      return new Written.Failed(
          new Unwritten.NotOurs(
              "Secret %s is not taken over, because that would change it: %s. Make both the same, or remove annotation %s and use another target.name"
                  .formatted(wish.secretName(), difference.get(), Annotations.ADOPT),
              ""));
    }
    Secret taken = TargetSecret.build(wish.resource(), wish.data(), Optional.of(live));
    controller.ifPresent(eso -> TargetSecret.demote(taken, eso));
    return write.apply(wish, taken, Optional.of(live), new Before.Foreign());
  }

  private Written apply(Wish wish, Optional<SecretView> live, Before before) {
    return write.apply(wish, TargetSecret.build(wish.resource(), wish.data(), live), live, before);
  }

  /** Who took keys back; those who merge other keys into the same Secret did not. */
  private static String opponent(String uid, SecretView live, Rivals rivals) {
    return live.managers().stream()
        .filter(manager -> !SecretView.isManager(manager, uid) && !rivals.have(manager))
        .findFirst()
        .filter(manager -> !manager.isEmpty())
        .orElse("an unnamed field manager");
  }
}
