package dev.keyturn.sync.store;

import dev.keyturn.api.AwsAuth;
import dev.keyturn.api.Store;
import dev.keyturn.api.StoreKind;
import dev.keyturn.cluster.ObjectRef;
import dev.keyturn.cluster.ReferencedObjects;
import dev.keyturn.cluster.SecretView;
import dev.keyturn.source.CredentialSubject;
import dev.keyturn.source.CredentialSubject.SecretKeyRef;
import dev.keyturn.source.KeyedHash;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the Secrets that hold a store's access keys, without reading the keys. */
final class StaticKeyResolver {
  private StaticKeyResolver() {}

  /** The keys, or why there are none. */
  sealed interface Keys {
    record Good(CredentialSubject.StaticKeys subject, Set<ObjectRef> uses) implements Keys {}

    record Refused(Resolution.Refused refused) implements Keys {}
  }

  static Keys resolve(
      StoreKey name,
      Store store,
      AwsAuth.Keys keys,
      String namespace,
      ReferencedObjects objects,
      KeyedHash hash) {
    Set<ObjectRef> uses = new HashSet<>();
    byte[][] parts = new byte[3][];
    SecretKeyRef[] refs = new SecretKeyRef[3];
    List<AwsAuth.@Nullable SecretKeyRef> named =
        java.util.Arrays.asList(
            keys.accessKeyIDSecretRef(),
            keys.secretAccessKeySecretRef(),
            keys.sessionTokenSecretRef());
    for (int i = 0; i < named.size(); i++) {
      AwsAuth.SecretKeyRef ref = named.get(i);
      if (ref == null) {
        parts[i] = new byte[0];
        continue;
      }
      String owner = StoreResolver.referenceNamespace(name, ref.namespace(), namespace);
      if (name.kind() == StoreKind.SECRET_STORE && !owner.equals(name.namespace())) {
        return new Keys.Refused(StoreResolver.foreignNamespace(name, "auth.secretRef"));
      }
      SecretKeyRef key =
          new SecretKeyRef(owner, String.valueOf(ref.name()), String.valueOf(ref.key()));
      uses.add(new ObjectRef(ObjectRef.Kind.SECRET, key.namespace(), key.name()));
      Optional<SecretView> secret = objects.secret(key.namespace(), key.name());
      if (secret.isEmpty()) {
        return new Keys.Refused(
            StoreResolver.refused(
                name,
                Resolution.Cause.REFERENCE,
                "names Secret %s/%s for its access keys, which does not exist: create it"
                    .formatted(key.namespace(), key.name()),
                uses));
      }
      if (secret.get().isAbridged()) {
        return new Keys.Refused(
            StoreResolver.refused(
                name,
                Resolution.Cause.REFERENCE,
                "names Secret %s/%s for its access keys, which has too many keys to be followed: use a Secret of their own"
                    .formatted(key.namespace(), key.name()),
                uses));
      }
      String digest = secret.get().digest().keys().get(key.key());
      if (digest == null) {
        return new Keys.Refused(
            StoreResolver.refused(
                name,
                Resolution.Cause.REFERENCE,
                "names key %s of Secret %s/%s, which it does not have: add it or correct auth.secretRef"
                    .formatted(key.key(), key.namespace(), key.name()),
                uses));
      }
      refs[i] = key;
      parts[i] = digest.getBytes(StandardCharsets.UTF_8);
    }
    CredentialSubject.StaticKeys subject =
        new CredentialSubject.StaticKeys(
            store.getMetadata().getUid(),
            hash.of(parts),
            refs[0],
            refs[1],
            Optional.ofNullable(refs[2]));
    return new Keys.Good(subject, uses);
  }
}
