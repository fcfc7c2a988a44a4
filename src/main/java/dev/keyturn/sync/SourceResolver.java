package dev.keyturn.sync;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.cluster.ObjectRef;
import dev.keyturn.render.Checked;
import dev.keyturn.render.Plan;
import dev.keyturn.render.RenderFailure;
import dev.keyturn.render.Request;
import dev.keyturn.render.StoreName;
import dev.keyturn.render.StoreView;
import dev.keyturn.source.Identity;
import dev.keyturn.sync.store.Resolution;
import dev.keyturn.sync.store.StoreKey;
import dev.keyturn.sync.store.StoreLookup;
import dev.keyturn.sync.store.StoreResolver;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Resolves all stores of a plan, and with them what is to be asked of AWS. */
final class SourceResolver {
  private final StoreResolver stores;

  SourceResolver(StoreResolver stores) {
    this.stores = stores;
  }

  /** What came of it; in every case the objects whose change may change it. */
  sealed interface Resolved {
    Set<ObjectRef> uses();

    record Ready(Sources sources, Set<ObjectRef> uses) implements Resolved {}

    record Obstacle(SyncOutcome outcome, Set<ObjectRef> uses) implements Resolved {}
  }

  Resolved resolve(ExternalSecret resource, Plan plan, StoreLookup lookup) {
    String namespace = resource.getMetadata().getNamespace();
    Set<ObjectRef> uses = new HashSet<>(TemplateReader.uses(plan, namespace));
    Map<StoreName, StoreView> views = new HashMap<>();
    Map<StoreName, Identity> identities = new HashMap<>();
    Optional<SyncOutcome> obstacle = Optional.empty();
    for (StoreName name : plan.stores()) {
      StoreKey key = StoreKey.of(name, namespace);
      Resolution resolution = stores.resolve(key, lookup, namespace);
      uses.addAll(resolution.uses());
      switch (resolution) {
        case Resolution.OtherClass other -> obstacle = Optional.of(new SyncOutcome.Ignored());
        case Resolution.NamespaceUnknown(String unknown) ->
            obstacle = obstacle.or(() -> Optional.of(new SyncOutcome.NamespaceUnknown(unknown)));
        case Resolution.Refused refused ->
            obstacle =
                obstacle.or(() -> Optional.of(new SyncOutcome.StoreRefused(refused.message())));
        case Resolution.Usable usable -> {
          identities.put(name, usable.identity());
          views.put(name, new StoreView(usable.identity().service(), usable.prefix()));
        }
      }
    }
    if (obstacle.isPresent()) {
      return new Resolved.Obstacle(obstacle.get(), uses);
    }
    return switch (Request.of(plan, views)) {
      case Checked.Refused<Request>(RenderFailure failure) ->
          new Resolved.Obstacle(new SyncOutcome.RenderFailed(failure, false), uses);
      case Checked.Good<Request>(Request request) ->
          new Resolved.Ready(new Sources(plan, request, identities), uses);
    };
  }
}
