package dev.keyturn.sync.store;

import dev.keyturn.api.AwsProvider;
import dev.keyturn.api.SecretStore;
import dev.keyturn.api.Store;
import dev.keyturn.source.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a store that can be used says in vain: nobody shall find out by its absence. */
final class StoreRemarks {
  /** Seconds; each check may be a call to STS, whose rate all share. */
  static final int SHORTEST_INTERVAL = 60;

  private StoreRemarks() {}

  /**
   * @param identity that AWS sees; empty while none is known
   * @return to be put after a sentence; empty if everything is obeyed
   */
  static String of(Store store, Optional<Identity> identity) {
    List<String> remarks = new ArrayList<>();
    AwsProvider aws = store.getSpec().provider().aws();
    if (store.getSpec().retrySettings() != null) {
      remarks.add(
          "retrySettings has no effect: failed requests are repeated after a second to ten minutes,"
              + " by their cause");
    }
    int interval = store.getSpec().refreshInterval();
    if (interval > 0 && interval < SHORTEST_INTERVAL) {
      remarks.add("refreshInterval counts as a minute: a store is checked no oftener");
    }
    if (store instanceof SecretStore && !store.getSpec().conditions().isEmpty()) {
      remarks.add("conditions has no effect: only a ClusterSecretStore is used from elsewhere");
    }
    if (aws != null
        && !aws.customSessionTags().isEmpty()
        && aws.sessionTagsPolicy() != AwsProvider.SessionTagsPolicy.CUSTOM) {
      remarks.add("customSessionTags has no effect without sessionTagsPolicy Custom");
    }
    if (aws != null && aws.secretsManager() != null) {
      remarks.add("provider.aws.secretsManager has no effect: nothing is ever deleted in AWS");
    }
    if (aws != null && !assumes(aws, identity)) {
      List<String> idle = ofTheLastRole(aws);
      if (!idle.isEmpty()) {
        remarks.add(
            "%s: no effect, for no role is assumed by these credentials: set provider.aws.role"
                .formatted(String.join(", ", idle)));
      }
    }
    return remarks.isEmpty() ? "" : "; but " + String.join("; ", remarks);
  }

  private static boolean assumes(AwsProvider aws, Optional<Identity> identity) {
    return identity
        .map(known -> !known.chain().isEmpty())
        .orElse(aws.role() != null || !aws.additionalRoles().isEmpty());
  }

  /** What goes with an AssumeRole call. */
  private static List<String> ofTheLastRole(AwsProvider aws) {
    List<String> set = new ArrayList<>();
    if (aws.externalID() != null) {
      set.add("externalID");
    }
    if (!aws.sessionTags().isEmpty()) {
      set.add("sessionTags");
    }
    if (!aws.transitiveTagKeys().isEmpty()) {
      set.add("transitiveTagKeys");
    }
    if (aws.sessionTagsPolicy() != AwsProvider.SessionTagsPolicy.NONE) {
      set.add("sessionTagsPolicy");
    }
    return set;
  }
}
