package dev.keyturn.sync;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretStatus.Content;
import dev.keyturn.cluster.SecretApplier;
import dev.keyturn.ops.OutOfPatience;
import dev.keyturn.render.RenderFailure;
import dev.keyturn.render.Rendered;
import dev.keyturn.render.SourceList;
import dev.keyturn.source.SourceFailure;
import dev.keyturn.sync.target.Unwritten;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How a sync ended. One switch turns it into condition, event and requeue. */
public sealed interface SyncOutcome {

  /** Why it failed, for the metric; empty if it did not. */
  default Optional<String> cause() {
    return switch (this) {
      case AtRest _, Ignored _, Closed _, Doubted _, Synced _, SourceGone _ -> Optional.empty();
      case Waits _ -> Optional.of("waits");
      case NamespaceUnknown _ -> Optional.of("namespace");
      case Kept _ -> Optional.of("source_gone");
      case Unread _ -> Optional.of("unread");
      case ApiFailed _ -> Optional.of("api_server");
      case StoreRefused _ -> Optional.of("store");
      case RenderFailed _ -> Optional.of("render");
      case NotWritten _ -> Optional.of("write");
      case BrokeDown _ -> Optional.of("broke_down");
    };
  }

  /** Nothing was to be done. */
  record AtRest() implements SyncOutcome {}

  /** A store belongs to an operator of another class. */
  record Ignored() implements SyncOutcome {}

  /** A sync window is closed. */
  record Closed(Optional<Duration> opens) implements SyncOutcome {}

  /** Something is gone that was there: whether it is, another look has to say. */
  record Doubted(Duration again) implements SyncOutcome {}

  /** The namespace is not known yet, and a store is for namespaces with certain labels. */
  record NamespaceUnknown(String namespace) implements SyncOutcome {}

  /**
   * The Secret holds what the source holds.
   *
   * @param content empty where no Secret is kept (creationPolicy None)
   * @param wrote whether the Secret had to be written
   * @param missing whose keys were left out (deletionPolicy Delete, Merge)
   * @param remark what of the manifest cannot be obeyed; empty: all is
   */
  record Synced(
      Optional<Content> content,
      SourceList sources,
      boolean wrote,
      List<Rendered.Missing> missing,
      Optional<String> remark)
      implements SyncOutcome {
    public Synced {
      missing = List.copyOf(missing);
    }
  }

  /** The source is gone and the Secret with it (deletionPolicy Delete). */
  record SourceGone(List<Rendered.Missing> missing) implements SyncOutcome {}

  /**
   * The source is gone and the Secret stays (deletionPolicy Retain), or there never was any of it.
   *
   * @param held whether there is a Secret
   */
  record Kept(List<Rendered.Missing> missing, boolean held) implements SyncOutcome {}

  /**
   * AWS did not give the values.
   *
   * @param refreshed how often the Secret is refreshed, if it was good until now
   */
  record Unread(List<SourceFailure> failures, Optional<Duration> refreshed)
      implements SyncOutcome {}

  /**
   * AWS is slow, and this one waits no longer, or it waits for its turn.
   *
   * @param refreshed how often the Secret is refreshed, if waiting for a turn does it no harm yet:
   *     it was good until now
   */
  record Waits(OutOfPatience.Kind kind, String why, Optional<Duration> refreshed)
      implements SyncOutcome {
    static Waits of(OutOfPatience met, ExternalSecret resource) {
      return new Waits(
          met.kind(),
          met.why(),
          Optional.of(resource.getSpec().refreshInterval())
              .filter(_ -> met.kind() == OutOfPatience.Kind.TURN)
              .filter(_ -> resource.statusOrEmpty().isGood(resource)));
    }

    String message() {
      String text =
          switch (kind) {
            case NO_ANSWER ->
                "AWS is slow: %s; it is tried again: see that endpoint and region of the store are"
                    + " right, or name less in one ExternalSecret";
            case SLOW ->
                "AWS answers this namespace slowly, and %s for it; this one is read as soon as"
                    + " there is room: see that endpoint and region of its stores are right";
            case TURN ->
                "it waits for its turn to read more than 16 values, or more than 256 KiB of"
                    + " templates, as %s; it is read as soon as there is room: name fewer in one"
                    + " ExternalSecret to need none";
          };
      return text.formatted(why);
    }
  }

  /**
   * The API server did not give, or did not take, something else than the Secret.
   *
   * @param code HTTP status; 0 when it could not be reached
   */
  record ApiFailed(int code, String said) implements SyncOutcome {
    static ApiFailed of(KubernetesClientException answer) {
      return new ApiFailed(SecretApplier.code(answer), SecretApplier.reason(answer));
    }
  }

  /**
   * Something failed that should not be able to.
   *
   * @param failure the class of it alone, since its message may hold anything
   */
  record BrokeDown(String failure) implements SyncOutcome {}

  /** A store cannot be used. */
  record StoreRefused(String message) implements SyncOutcome {}

  /**
   * Manifest and source do not fit.
   *
   * @param again whether nothing but another try may tell that they do
   */
  record RenderFailed(RenderFailure failure, boolean again) implements SyncOutcome {}

  /** The Secret could not be brought to what the source holds. */
  record NotWritten(Unwritten why) implements SyncOutcome {}
}
