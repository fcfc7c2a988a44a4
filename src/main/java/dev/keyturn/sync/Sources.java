package dev.keyturn.sync;

import dev.keyturn.render.Plan;
import dev.keyturn.render.Request;
import dev.keyturn.render.StoreName;
import dev.keyturn.source.Identity;
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
}
