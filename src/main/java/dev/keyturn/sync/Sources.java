package dev.keyturn.sync;

import dev.keyturn.api.ExternalSecretSpec.RefreshPolicy;
import dev.keyturn.render.Fetched;
import dev.keyturn.render.Inputs;
import dev.keyturn.render.NoVersions;
import dev.keyturn.render.Plan;
import dev.keyturn.render.Request;
import dev.keyturn.render.StoreName;
import dev.keyturn.render.TemplateSources;
import dev.keyturn.source.Find;
import dev.keyturn.source.Followed;
import dev.keyturn.source.Identity;
import dev.keyturn.source.KeyedHash;
import dev.keyturn.source.Reference;
import dev.keyturn.source.Search;
import dev.keyturn.source.SecretRef;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is to be read, and as whom. */
record Sources(Plan plan, Request request, Map<StoreName, Identity> identities) {
  Sources {
    identities = Map.copyOf(identities);
  }

  Identity identity(StoreName store) {
    Identity identity = identities.get(store);
    if (identity == null) {
      throw new IllegalStateException("not resolved: " + store);
    }
    return identity;
  }

  /**
   * All that it takes.
   *
   * @param found by searches
   */
  Set<Followed> everything(Map<Search, List<String>> found) {
    Set<Followed> everything = new HashSet<>();
    for (StoreName store : plan.stores()) {
      Set<SecretRef> refs = new HashSet<>(request.refs(store));
      for (Find find : request.finds(store)) {
        Search search = new Search(identity(store), find);
        everything.add(search);
        refs.addAll(Request.refs(find, found.getOrDefault(search, List.of())));
      }
      refs.forEach(ref -> everything.add(new Reference(identity(store), ref)));
    }
    return everything;
  }

  /** All that was asked for. */
  Set<Followed> asked(Fetched fetched) {
    Set<Followed> asked = new HashSet<>();
    fetched
        .values()
        .forEach(
            (store, answers) ->
                answers.keySet().forEach(ref -> asked.add(new Reference(identity(store), ref))));
    fetched
        .names()
        .forEach(
            (store, answers) ->
                answers.keySet().forEach(find -> asked.add(new Search(identity(store), find))));
    return asked;
  }

  /**
   * The hash of all that decides what the Secret holds. OnChange means that only the resource
   * itself counts, its labels and annotations included.
   */
  String inputs(
      RefreshPolicy policy, Inputs.Versions versions, TemplateSources templates, KeyedHash hash) {
    if (policy != RefreshPolicy.ON_CHANGE) {
      return Inputs.hash(plan, request, versions, templates, hash);
    }
    return hash.of(
        Inputs.hash(plan, request, NoVersions.INSTANCE, templates, hash)
            .getBytes(StandardCharsets.UTF_8),
        (plan.labels() + "\n" + plan.annotations()).getBytes(StandardCharsets.UTF_8));
  }
}
