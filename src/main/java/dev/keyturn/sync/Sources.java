package dev.keyturn.sync;

import dev.keyturn.api.ExternalSecretSpec.RefreshPolicy;
import dev.keyturn.render.Inputs;
import dev.keyturn.render.NoVersions;
import dev.keyturn.render.Plan;
import dev.keyturn.render.Request;
import dev.keyturn.render.StoreName;
import dev.keyturn.render.TemplateSources;
import dev.keyturn.source.Identity;
import dev.keyturn.source.KeyedHash;
import java.nio.charset.StandardCharsets;
import java.util.Map;

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
