package dev.keyturn.sync;

import dev.keyturn.api.ConditionTypes;
import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretSpec.RefreshPolicy;
import dev.keyturn.api.ExternalSecretStatus;
import dev.keyturn.api.ExternalSecretStatus.Content;
import dev.keyturn.cluster.ObjectRef;
import dev.keyturn.cluster.ObjectUser;
import dev.keyturn.cluster.OwnStatus;
import dev.keyturn.cluster.ReferencedObjects;
import dev.keyturn.render.Checked;
import dev.keyturn.render.Fetched;
import dev.keyturn.render.Inputs;
import dev.keyturn.render.Plan;
import dev.keyturn.render.RenderFailure;
import dev.keyturn.render.Rendered;
import dev.keyturn.render.SecretData;
import dev.keyturn.render.SourceList;
import dev.keyturn.render.SpecReader;
import dev.keyturn.render.SyncGate;
import dev.keyturn.render.TemplateSources;
import dev.keyturn.rotation.Dependant;
import dev.keyturn.source.KeyedHash;
import dev.keyturn.sync.store.StoreLookup;
import dev.keyturn.sync.target.SecretWriter;
import dev.keyturn.sync.target.Unwritten;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

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
    this.refresh = refresh;
    this.clock = clock;
  }

  /**
   * @param exists whether an ExternalSecret of that name exists in the resource's namespace
   */
  SyncOutcome run(ExternalSecret resource, StoreLookup stores, Predicate<String> exists) {
    return switch (SpecReader.read(resource)) {
      case Checked.Refused<Plan>(RenderFailure failure) -> new SyncOutcome.RenderFailed(failure);
      case Checked.Good<Plan>(Plan plan) -> resolved(resource, plan, stores, exists);
    };
  }

  void forget(ExternalSecret resource) {
    reader.forget(Dependants.of(resource));
    objects.use(user(resource), Set.of());
    writer.forget(resource);
    statuses.forget(resource);
    forceSync.forget(resource);
  }

  private SyncOutcome resolved(
      ExternalSecret resource, Plan plan, StoreLookup stores, Predicate<String> exists) {
    SourceResolver.Resolved resolved = resolver.resolve(resource, plan, stores);
    objects.use(user(resource), resolved.uses());
    return switch (resolved) {
      case SourceResolver.Resolved.Obstacle(SyncOutcome outcome, var uses) -> outcome;
      case SourceResolver.Resolved.Ready(Sources sources, var uses) ->
          looked(resource, sources, exists);
    };
  }

  /** Ends here when there is nothing to read: the state of a resource at rest. */
  private SyncOutcome looked(ExternalSecret resource, Sources sources, Predicate<String> exists) {
    ExternalSecretStatus status = statuses.known(resource);
    Optional<Content> recorded = Optional.ofNullable(status.content());
    boolean forced = forceSync.asked(resource);
    boolean intact = writer.intact(resource, recorded);
    RefreshPolicy policy = resource.getSpec().refreshPolicy();
    if (policy == RefreshPolicy.CREATED_ONCE && recorded.isPresent() && !forced) {
      if (writer.live(resource).isPresent()) {
        return unchanged(resource, status);
      }
    }
    TemplateSources templateSources =
        templates.read(sources.plan(), resource.getMetadata().getNamespace());
    if (intact && !forced) {
      Optional<SyncOutcome> rest = atRest(resource, sources, templateSources, status);
      if (rest.isPresent()) {
        return rest.get();
      }
      if (policy == RefreshPolicy.PERIODIC && current(resource, status)) {
        SyncGate gate = refresh.gate(resource);
        if (gate instanceof SyncGate.Closed(var until)) {
          return new SyncOutcome.Closed(
              until.map(opening -> Duration.between(clock.instant(), opening)));
        }
      }
    }
    if (forced || !current(resource, status)) {
      writer.forget(resource);
    }
    return read(resource, sources, templateSources, status, forced, exists);
  }

  private Optional<SyncOutcome> atRest(
      ExternalSecret resource,
      Sources sources,
      TemplateSources templateSources,
      ExternalSecretStatus status) {
    Optional<Inputs.Versions> versions = versions(resource, sources);
    Optional<Content> recorded = Optional.ofNullable(status.content());
    if (versions.isEmpty() || recorded.isEmpty()) {
      return Optional.empty();
    }
    String inputs = inputs(resource, sources, versions.get(), templateSources);
    if (!inputs.equals(recorded.get().inputs())) {
      return Optional.empty();
    }
    return Optional.of(unchanged(resource, status));
  }

  /** By which it is told whether there is anything to read; empty when it has to be read. */
  private Optional<Inputs.Versions> versions(ExternalSecret resource, Sources sources) {
    Dependant dependant = Dependants.of(resource);
    return switch (resource.getSpec().refreshPolicy()) {
      case ON_CHANGE -> Optional.of(NoVersions.INSTANCE);
      case CREATED_ONCE -> reader.known(dependant, sources);
      case PERIODIC -> {
        Optional<Inputs.Versions> known = reader.known(dependant, sources);
        if (known.isPresent()) {
          // Before the versions are compared: what changes in between wakes us then.
          reader.join(dependant, sources, refresh.interval(resource));
        }
        yield known;
      }
    };
  }

  /** The Secret is as it should be; status may not say so yet. */
  private SyncOutcome unchanged(ExternalSecret resource, ExternalSecretStatus status) {
    if (current(resource, status)
        && status.condition(ConditionTypes.READY).map(c -> c.isTrue()).orElse(false)) {
      return new SyncOutcome.AtRest();
    }
    writer.deleteRenamed(resource);
    return new SyncOutcome.Synced(
        Optional.ofNullable(status.content()),
        new SourceList(status.sources(), sourceCount(status)),
        false);
  }

  private SyncOutcome read(
      ExternalSecret resource,
      Sources sources,
      TemplateSources templateSources,
      ExternalSecretStatus status,
      boolean forced,
      Predicate<String> exists) {
    if (forced) {
      reader.startAfresh(sources);
    }
    Fetched fetched = reader.fetch(sources, refresh.freshness(resource, forced));
    follow(resource, sources, fetched);
    if (forced) {
      forceSync.obey(resource);
    }
    String namespace = resource.getMetadata().getNamespace();
    return switch (renderer.render(
        namespace, sources.plan(), sources.request(), fetched, templateSources)) {
      case Rendered.Unread(var failures) -> new SyncOutcome.Unread(failures);
      case Rendered.Failed(RenderFailure failure) -> new SyncOutcome.RenderFailed(failure);
      case Rendered.Kept(var missing) -> new SyncOutcome.Kept(missing);
      case Rendered.Gone(var missing) -> {
        writer.delete(resource);
        yield new SyncOutcome.SourceGone(missing);
      }
      case Rendered.Done(SecretData data, var missing) ->
          write(resource, sources, templateSources, status, fetched, data, exists);
    };
  }

  private SyncOutcome write(
      ExternalSecret resource,
      Sources sources,
      TemplateSources templateSources,
      ExternalSecretStatus status,
      Fetched fetched,
      SecretData data,
      Predicate<String> exists) {
    Inputs.Versions versions = Inputs.Versions.of(fetched, hash);
    Inputs.Versions decisive =
        resource.getSpec().refreshPolicy() == RefreshPolicy.ON_CHANGE
            ? NoVersions.INSTANCE
            : versions;
    SecretWriter.Wish wish =
        new SecretWriter.Wish(
            resource,
            data,
            inputs(resource, sources, decisive, templateSources),
            Optional.ofNullable(status.content()));
    SecretWriter.Written written = writer.write(wish, exists);
    if (written instanceof SecretWriter.Written.Failed(Unwritten why) && why.waitsForSomebody()) {
      followTarget(resource);
      // Looks again, because what happened to the Secret before it was followed wakes nobody.
      written = writer.write(wish, exists);
    }
    return switch (written) {
      case SecretWriter.Written.Failed(Unwritten why) -> new SyncOutcome.NotWritten(why);
      case SecretWriter.Written.Done(Optional<Content> content, boolean wrote) -> {
        writer.deleteRenamed(resource);
        yield new SyncOutcome.Synced(
            content,
            SourceList.of(
                sources.request(),
                versions,
                status.sources(),
                clock.instant().truncatedTo(ChronoUnit.SECONDS)),
            wrote);
      }
    };
  }

  /** A Secret that is not there, or not ours, is not among the managed ones. */
  private void followTarget(ExternalSecret resource) {
    String namespace = resource.getMetadata().getNamespace();
    objects.alsoUse(
        user(resource), new ObjectRef(ObjectRef.Kind.SECRET, namespace, resource.targetName()));
    var _ = objects.secret(namespace, resource.targetName());
  }

  private void follow(ExternalSecret resource, Sources sources, Fetched fetched) {
    if (resource.getSpec().refreshPolicy() == RefreshPolicy.PERIODIC) {
      reader.follow(Dependants.of(resource), sources, fetched, refresh.interval(resource));
    } else {
      reader.forget(Dependants.of(resource));
    }
  }

  /** OnChange means that only the resource itself counts, its labels and annotations included. */
  private String inputs(
      ExternalSecret resource,
      Sources sources,
      Inputs.Versions versions,
      TemplateSources templates) {
    String inputs = Inputs.hash(sources.plan(), sources.request(), versions, templates, hash);
    return resource.getSpec().refreshPolicy() == RefreshPolicy.ON_CHANGE
        ? hash.of(
            inputs.getBytes(java.nio.charset.StandardCharsets.UTF_8),
            (sources.plan().labels() + "\n" + sources.plan().annotations())
                .getBytes(java.nio.charset.StandardCharsets.UTF_8))
        : inputs;
  }

  private static boolean current(ExternalSecret resource, ExternalSecretStatus status) {
    return resource.getMetadata().getGeneration().equals(status.observedGeneration());
  }

  private static int sourceCount(ExternalSecretStatus status) {
    Integer count = status.sourceCount();
    return count == null ? status.sources().size() : count;
  }

  private static ObjectUser user(ExternalSecret resource) {
    return new ObjectUser(
        ObjectUser.Kind.EXTERNAL_SECRET,
        resource.getMetadata().getNamespace(),
        resource.getMetadata().getName());
  }
}
