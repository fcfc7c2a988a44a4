package dev.keyturn.sync.target;

import dev.keyturn.api.ExternalSecretStatus.Content;
import dev.keyturn.cluster.SecretApplier;
import dev.keyturn.cluster.SecretApplier.Applied;
import dev.keyturn.cluster.SecretView;
import dev.keyturn.cluster.SecretViews;
import dev.keyturn.render.SecretData;
import dev.keyturn.source.ContentDigest;
import dev.keyturn.source.KeyedHash;
import dev.keyturn.sync.target.ContentRecorder.Before;
import dev.keyturn.sync.target.SecretWriter.Wish;
import dev.keyturn.sync.target.SecretWriter.Written;
import io.fabric8.kubernetes.api.model.Secret;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Applies a Secret, and takes from it what no apply can; notes what changed by that. */
final class WholeWrite {
  private static final int TOO_MANY_REQUESTS = 429;

  /** What a quota has counts the old Secret until some time after it is gone. */
  private static final String NO_ROOM =
      "; its type cannot be changed in place, so that the quota has to leave room for one more"
          + " Secret while it is made anew: raise it, or delete this Secret";

  /** What the API server checks ("Types of Secret", Kubernetes documentation). */
  private static final Map<String, String> WANTED =
      Map.of(
          "kubernetes.io/tls", "the keys tls.crt and tls.key",
          "kubernetes.io/basic-auth", "the key username or password",
          "kubernetes.io/ssh-auth", "the key ssh-privatekey",
          "kubernetes.io/dockerconfigjson", "JSON under the key .dockerconfigjson",
          "kubernetes.io/dockercfg", "JSON under the key .dockercfg");

  private final SecretApplier applier;
  private final SecretViews views;
  private final ContentRecorder recorder;
  private final KeyedHash hash;
  private final Clock clock;

  WholeWrite(
      SecretApplier applier,
      SecretViews views,
      ContentRecorder recorder,
      KeyedHash hash,
      Clock clock) {
    this.applier = applier;
    this.views = views;
    this.recorder = recorder;
    this.hash = hash;
    this.clock = clock;
  }

  /**
   * Deletes the Secret and makes it anew, once the API server has said that it takes the new one:
   * the old one would be the last good one.
   */
  Written replace(Wish wish, SecretView live) {
    Secret fresh = TargetSecret.build(wish.resource(), wish.data(), Optional.empty());
    if (applier.tryOut(fresh) instanceof Applied.Refused(int code, String reason)) {
      return new Written.Failed(
          refused(wish, code, reason.contains("exceeded quota") ? reason + NO_ROOM : reason));
    }
    if (!applier.delete(live)) {
      return new Written.Failed(new Unwritten.Overtaken(wish.secretName()));
    }
    views.drop(live);
    Optional<SecretView> held = views.read(live.namespace(), live.name()).map(views::put);
    if (held.filter(SecretView::terminating).isPresent()) {
      return new Written.Failed(
          new Unwritten.Terminating(wish.secretName(), held.get().finalizers()));
    }
    return apply(wish, fresh, Optional.empty(), new Before.Ours(live.digest()));
  }

  /**
   * What a Secret looked like that is to be written.
   *
   * @param digest of what is there and ours
   */
  Before before(Wish wish, SecretView live, ContentDigest digest) {
    ContentDigest wanted = ContentDigest.of(hash, wish.data().data());
    return wish.recorded()
        .content()
        .filter(content -> wanted.overall(hash).equals(content.hash()))
        .flatMap(_ -> views.read(live.namespace(), live.name()))
        .flatMap(secret -> SecretView.writtenAt(secret, wanted.changedSince(digest)))
        .<Before>map(since -> new Before.Strayed(digest, since))
        .orElseGet(() -> new Before.Ours(digest));
  }

  Written apply(Wish wish, Secret fresh, Optional<SecretView> live, Before before) {
    Applied applied = applier.apply(fresh, wish.uid());
    if (applied instanceof Applied.Done(Secret secret) && TargetSecret.ownsWhole(wish.resource())) {
      Set<String> foreign = new TreeSet<>(SecretView.bytes(secret).keySet());
      foreign.removeAll(wish.data().data().keySet());
      if (!foreign.isEmpty()) {
        applied = applier.removeKeys(SecretView.of(secret, hash), foreign, wish.uid());
      }
    }
    if (applied instanceof Applied.Done(Secret secret)
        && !TargetSecret.wantsOwner(wish.resource())
        && SecretView.of(secret, hash).controlledBy(wish.uid())) {
      applied = applier.disown(secret, wish.uid());
    }
    return switch (applied) {
      case Applied.Overtaken() -> {
        live.ifPresent(views::drop);
        yield new Written.Failed(new Unwritten.Overtaken(wish.secretName()));
      }
      case Applied.Refused(int code, String reason) ->
          new Written.Failed(refused(wish, code, reason));
      case Applied.Done(Secret secret) ->
          new Written.Done(Optional.of(record(wish, before, views.put(secret).writtenAt())), true);
    };
  }

  private static Unwritten refused(Wish wish, int code, String reason) {
    String said = code == 0 ? reason : "HTTP " + code + ": " + reason;
    if (code == 0 || code == TOO_MANY_REQUESTS || code >= HttpURLConnection.HTTP_INTERNAL_ERROR) {
      return new Unwritten.ApiServerBusy(wish.secretName(), said);
    }
    SecretData data = wish.data();
    String wants =
        Optional.ofNullable(WANTED.get(data.type()))
            .map(what -> "; type %s wants %s".formatted(data.type(), what))
            .orElse("");
    return new Unwritten.Forbidden(wish.secretName(), said + wants);
  }

  /** What status says of the Secret from now on. */
  Content record(Wish wish, Before before, Optional<Instant> writtenAt) {
    return recorder.record(
        wish.recorded(),
        before,
        ContentDigest.of(hash, wish.data().data()),
        wish.inputs(),
        writtenAt.orElseGet(clock::instant));
  }
}
