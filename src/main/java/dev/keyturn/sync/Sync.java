package dev.keyturn.sync;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretSpec.RefreshPolicy;
import dev.keyturn.api.ExternalSecretStatus;
import dev.keyturn.api.ExternalSecretStatus.Content;
import dev.keyturn.cluster.OwnStatus;
import dev.keyturn.cluster.ReferencedObjects;
import dev.keyturn.render.Checked;
import dev.keyturn.render.Fetched;
import dev.keyturn.render.Inputs;
import dev.keyturn.render.NoVersions;
import dev.keyturn.render.Plan;
import dev.keyturn.render.RenderFailure;
import dev.keyturn.render.Rendered;
import dev.keyturn.render.SourceList;
import dev.keyturn.render.SpecReader;
import dev.keyturn.render.TemplateSources;
import dev.keyturn.rotation.Dependant;
import dev.keyturn.source.Freshness;
import dev.keyturn.source.KeyedHash;
import dev.keyturn.sync.store.StoreLookup;
import dev.keyturn.sync.target.Recorded;
import dev.keyturn.sync.target.Rivals;
import dev.keyturn.sync.target.SecondLook;
import dev.keyturn.sync.target.SecretWriter;
import dev.keyturn.sync.target.Unwritten;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** One sync of one ExternalSecret: resolve, look, read, render, write. */
final class Sync {
  private final SourceResolver resolver;
  private final ReferencedObjects objects;
  private final TemplateReader templates;
  private final Reader reader;
  private final FairRenderer renderer;
  private final SecretWriter writer;
  private final OwnStatus<ExternalSecret, ExternalSecretStatus> statuses;
  private final ForceSync forceSync;
  private final KeyedHash hash;
  private final Refresh refresh;
  private final Clock clock;
  private final KeptReads keptReads;
  private final SecondLook secondLook;

  Sync(
      SourceResolver resolver,
      ReferencedObjects objects,
      TemplateReader templates,
      Reader reader,
      FairRenderer renderer,
      SecretWriter writer,
      OwnStatus<ExternalSecret, ExternalSecretStatus> statuses,
      ForceSync forceSync,
      KeyedHash hash,
      Refresh refresh,
      SecondLook secondLook,
      Clock clock) {
    this.resolver = resolver;
    this.objects = objects;
    this.templates = templates;
    this.reader = reader;
    this.renderer = renderer;
    this.writer = writer;
    this.statuses = statuses;
    this.forceSync = forceSync;
    this.hash = hash;
    this.keptReads = new KeptReads(hash, System::nanoTime);
    this.refresh = refresh;
    this.secondLook = secondLook;
    this.clock = clock;
  }

  /**
   * @param rivals who else wants to write the same Secret
   */
  SyncOutcome run(ExternalSecret resource, StoreLookup stores, Rivals rivals) {
    return switch (SpecReader.read(resource)) {
      case Checked.Refused<Plan>(RenderFailure failure) ->
          unread(resource, new SyncOutcome.RenderFailed(failure, false));
      case Checked.Good<Plan>(Plan plan) -> resolved(resource, plan, stores, rivals);
    };
  }

  private SyncOutcome unread(ExternalSecret resource, SyncOutcome outcome) {
    reader.forget(Dependants.of(resource));
    return outcome;
  }

  void forget(ExternalSecret resource) {
    reader.forget(Dependants.of(resource));
    objects.leave(Dependants.user(resource));
    writer.forget(resource);
    statuses.forget(resource);
    forceSync.forget(resource);
    keptReads.drop(resource);
    secondLook.forget(resource);
  }

  private SyncOutcome resolved(
      ExternalSecret resource, Plan plan, StoreLookup stores, Rivals rivals) {
    long seen = objects.changes();
    SourceResolver.Resolved resolved = resolver.resolve(resource, plan, stores);
    objects.use(Dependants.user(resource), resolved.uses(), seen);
    return switch (resolved) {
      case SourceResolver.Resolved.Obstacle(SyncOutcome outcome, _) -> unread(resource, outcome);
      case SourceResolver.Resolved.Ready(Sources sources, _) -> looked(resource, sources, rivals);
    };
  }

  /** Ends here when there is nothing to read: the state of a resource at rest. */
  private SyncOutcome looked(ExternalSecret resource, Sources sources, Rivals rivals) {
    ExternalSecretStatus status = statuses.known(resource);
    Optional<Content> recorded = Recorded.of(status, resource.targetName()).content();
    boolean forced = forceSync.asked(resource);
    boolean intact = writer.intact(resource, recorded);
    Optional<Unwritten> leaving = writer.leaving(resource);
    if (leaving.isPresent()) {
      return new SyncOutcome.NotWritten(leaving.get());
    }
    RefreshPolicy policy = resource.getSpec().refreshPolicy();
    if (policy != RefreshPolicy.PERIODIC) {
      reader.forget(Dependants.of(resource));
    }
    if (policy == RefreshPolicy.CREATED_ONCE
        && recorded.isPresent()
        && !forced
        && writer.isWritten(resource)) {
      return unchanged(resource, status);
    }
    return templates.with(
        sources.plan(),
        Dependants.of(resource),
        found -> compared(new Turn(resource, sources, found, status, rivals), intact, forced),
        failure -> unread(resource, new SyncOutcome.RenderFailed(failure, false)));
  }

  private SyncOutcome compared(Turn turn, boolean intact, boolean forced) {
    if (intact && !forced) {
      Optional<SyncOutcome> end = atRest(turn).or(() -> closed(turn));
      if (end.isPresent()) {
        return end.get();
      }
    }
    if (forced || !turn.status().observed(turn.resource())) {
      writer.forget(turn.resource());
    }
    return read(turn, forced);
  }

  private Optional<SyncOutcome> closed(Turn turn) {
    ExternalSecret resource = turn.resource();
    Optional<SyncOutcome> closed =
        turn.status().observed(resource) ? refresh.closed(resource) : Optional.empty();
    closed.ifPresent(_ -> reader.leaveOthers(Dependants.of(resource), turn.sources()));
    return closed;
  }

  private Optional<SyncOutcome> atRest(Turn turn) {
    ExternalSecret resource = turn.resource();
    Optional<String> recorded = Optional.ofNullable(turn.status().content()).map(Content::inputs);
    return versions(resource, turn.sources())
        .map(known -> inputs(turn, known))
        .filter(inputs -> recorded.filter(inputs::equals).isPresent())
        .map(_ -> unchanged(resource, turn.status()));
  }

  /** By which it is told whether there is anything to read; empty when it has to be read. */
  private Optional<Inputs.Versions> versions(ExternalSecret resource, Sources sources) {
    RefreshPolicy policy = resource.getSpec().refreshPolicy();
    if (policy == RefreshPolicy.ON_CHANGE) {
      return Optional.of(NoVersions.INSTANCE);
    }
    Dependant dependant = Dependants.of(resource);
    Optional<Inputs.Versions> known = reader.known(dependant, sources);
    if (known.isPresent() && policy == RefreshPolicy.PERIODIC) {
      // Before the versions are compared: what changes in between wakes us then.
      reader.join(dependant, sources, refresh.interval(resource));
    }
    return known;
  }

  /** The Secret is as it should be; status may not say so yet. */
  private SyncOutcome unchanged(ExternalSecret resource, ExternalSecretStatus status) {
    if (status.isGood(resource)) {
      return new SyncOutcome.AtRest();
    }
    writer.deleteRenamed(resource);
    return new SyncOutcome.Synced(
        Optional.ofNullable(status.content()),
        SourceList.of(status),
        false,
        List.of(),
        refresh.remark(resource));
  }

  /** What a sync goes by. */
  private record Turn(
      ExternalSecret resource,
      Sources sources,
      TemplateSources templates,
      ExternalSecretStatus status,
      Rivals rivals) {}

  private SyncOutcome read(Turn turn, boolean forced) {
    ExternalSecret resource = turn.resource();
    Sources sources = turn.sources();
    if (forced) {
      reader.startAfresh(sources);
      keptReads.drop(resource);
    }
    Dependant dependant = Dependants.of(resource);
    Freshness freshness = refresh.freshness(resource, forced || secondLook.isPending(resource));
    Fetched fetched =
        keptReads
            .of(
                resource,
                sources,
                reader.known(dependant, sources),
                versions -> inputs(turn, versions))
            .orElseGet(() -> reader.fetch(dependant, sources, freshness));
    reader.follow(resource, sources, fetched, refresh.interval(resource));
    Inputs.Versions versions = Inputs.Versions.of(fetched, hash);
    Rendered rendered = renderer.render(resource, sources, fetched, turn.templates());
    Optional<Duration> wait =
        secondLook.wait(resource, turn.status(), rendered, sources.request(), versions);
    if (forced && wait.isEmpty()) {
      forceSync.obey(resource);
    }
    SyncOutcome outcome =
        wait.<SyncOutcome>map(SyncOutcome.Doubted::new)
            .orElseGet(() -> outcome(turn, versions, rendered));
    keptReads.keep(resource, sources, fetched, outcome);
    return outcome;
  }

  private SyncOutcome outcome(Turn turn, Inputs.Versions versions, Rendered rendered) {
    ExternalSecret resource = turn.resource();
    ExternalSecretStatus status = turn.status();
    return switch (rendered) {
      case Rendered.Unread(var failures) ->
          new SyncOutcome.Unread(
              failures, refresh.interval(resource).filter(_ -> status.isGood(resource)));
      case Rendered.Failed(RenderFailure failure) ->
          new SyncOutcome.RenderFailed(failure, failure.mayPass() || waitsInVain(resource));
      case Rendered.Kept(var missing) ->
          new SyncOutcome.Kept(missing, writer.live(resource).isPresent());
      case Rendered.Gone(var missing) when status.content() == null ->
          new SyncOutcome.Kept(missing, false);
      case Rendered.Gone(var missing) -> {
        writer.delete(resource);
        yield new SyncOutcome.SourceGone(missing);
      }
      case Rendered.Done done when done.isEmpty() && status.content() == null ->
          new SyncOutcome.Kept(done.missing(), false);
      case Rendered.Done done -> write(turn, versions, done);
    };
  }

  private SyncOutcome write(Turn turn, Inputs.Versions versions, Rendered.Done rendered) {
    ExternalSecret resource = turn.resource();
    String inputs = inputs(turn, versions);
    Recorded recorded = Recorded.of(turn.status(), resource.targetName());
    SecretWriter.Wish wish = new SecretWriter.Wish(resource, rendered.data(), inputs, recorded);
    SecretWriter.Written written = writer.write(wish, turn.rivals());
    if (written instanceof SecretWriter.Written.Failed(Unwritten why) && why.waitsForSomebody()) {
      objects.alsoUseSecret(
          Dependants.user(resource), resource.getMetadata().getNamespace(), resource.targetName());
      // Looks again, because what happened to the Secret before it was followed wakes nobody.
      written = writer.write(wish, turn.rivals());
    }
    return switch (written) {
      case SecretWriter.Written.Failed(Unwritten why) -> new SyncOutcome.NotWritten(why);
      case SecretWriter.Written.Done(Optional<Content> content, boolean wrote) -> {
        writer.deleteRenamed(resource);
        yield new SyncOutcome.Synced(
            content,
            SourceList.of(
                turn.sources().request(), versions, turn.status().sources(), clock.instant()),
            wrote,
            rendered.missing(),
            refresh.remark(resource));
      }
    };
  }

  private String inputs(Turn turn, Inputs.Versions read) {
    RefreshPolicy policy = turn.resource().getSpec().refreshPolicy();
    return turn.sources().inputs(policy, read, turn.templates(), hash);
  }

  /** Whether a change of the source would wake nobody, or there is no Secret to live on. */
  private boolean waitsInVain(ExternalSecret resource) {
    return resource.getSpec().refreshPolicy() != RefreshPolicy.PERIODIC
        || !writer.isWritten(resource);
  }
}
