package dev.keyturn.sync.store;

import dev.keyturn.api.AwsProvider;
import dev.keyturn.api.StoreKind;
import dev.keyturn.source.KeyedHash;
import dev.keyturn.source.RoleHop;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The AssumeRole hops of a store: {@code additionalRoles} in order, then {@code role}. */
final class RoleChain {
  /** RoleSessionName: 2 to 64 characters of {@code [\w+=,.@-]} ("AssumeRole", AWS STS API). */
  private static final int SESSION_NAME_LENGTH = 64;

  private static final int HASH_LENGTH = 16;

  private RoleChain() {}

  static List<RoleHop> of(
      AwsProvider aws, Optional<String> role, StoreKey store, String namespace, KeyedHash hash) {
    String session = sessionName(hash, namespace, store);
    List<String> arns = new ArrayList<>(aws.additionalRoles());
    role.ifPresent(arns::add);
    List<RoleHop> hops = new ArrayList<>();
    for (int i = 0; i < arns.size(); i++) {
      boolean last = i == arns.size() - 1;
      hops.add(
          new RoleHop(
              arns.get(i),
              last ? Optional.ofNullable(aws.externalID()) : Optional.empty(),
              session,
              last ? tags(aws, store, namespace) : Map.of(),
              last ? aws.transitiveTagKeys() : List.of()));
    }
    return hops;
  }

  /**
   * {@code <namespace>=<store>}, of a cluster store {@code <namespace>==<store>}: no name has
   * {@code =} or {@code @}, so nobody can spell another's, not even one that is cut.
   */
  static String sessionName(KeyedHash hash, String namespace, StoreKey store) {
    String sign = store.kind() == StoreKind.SECRET_STORE ? "=" : "==";
    String plain = namespace + sign + store.name();
    if (plain.length() <= SESSION_NAME_LENGTH) {
      return plain;
    }
    String tail = hash.of(plain.getBytes(StandardCharsets.UTF_8)).substring(0, HASH_LENGTH);
    return plain.substring(0, SESSION_NAME_LENGTH - HASH_LENGTH - 1) + "@" + tail;
  }

  private static Map<String, String> tags(AwsProvider aws, StoreKey store, String namespace) {
    Map<String, String> tags = new LinkedHashMap<>();
    aws.sessionTags().forEach(tag -> tags.put(tag.key(), tag.value()));
    if (aws.sessionTagsPolicy() == AwsProvider.SessionTagsPolicy.CUSTOM) {
      tags.putAll(aws.customSessionTags());
    }
    if (aws.sessionTagsPolicy() != AwsProvider.SessionTagsPolicy.NONE) {
      tags.put("esoNamespace", namespace);
      tags.put("esoStoreName", store.name());
      tags.put(
          "esoStoreKind",
          store.kind() == StoreKind.SECRET_STORE ? "SecretStore" : "ClusterSecretStore");
    }
    return tags;
  }
}
