package dev.keyturn.sync.store;

import dev.keyturn.api.AwsAuth;
import dev.keyturn.api.AwsProvider;
import dev.keyturn.api.StoreKind;
import dev.keyturn.cluster.ObjectRef;
import dev.keyturn.cluster.ReferencedObjects;
import dev.keyturn.cluster.ServiceAccountView;
import dev.keyturn.source.CredentialSubject;
import dev.keyturn.source.KeyedHash;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Finds the ServiceAccount of a store and the role that its token is exchanged for. */
final class WebIdentityResolver {
  static final String DEFAULT_AUDIENCE = "sts.amazonaws.com";

  private WebIdentityResolver() {}

  /** The ServiceAccount, or why it cannot be used. */
  sealed interface Account {
    /**
     * @param role of the store, to be assumed on top; empty where the token led to it already
     */
    record Good(CredentialSubject.WebIdentity subject, Optional<String> role, Set<ObjectRef> uses)
        implements Account {}

    record Refused(Resolution.Refused refused) implements Account {}
  }

  static Account resolve(
      StoreKey name,
      AwsProvider aws,
      AwsAuth.ServiceAccountRef ref,
      String namespace,
      ReferencedObjects objects,
      KeyedHash hash) {
    String owner = StoreResolver.referenceNamespace(name, ref.namespace(), namespace);
    if (name.kind() == StoreKind.SECRET_STORE && !owner.equals(name.namespace())) {
      return new Account.Refused(
          StoreResolver.foreignNamespace(name, "auth.jwt.serviceAccountRef"));
    }
    Set<ObjectRef> uses = Set.of(new ObjectRef(ObjectRef.Kind.SERVICE_ACCOUNT, owner, ref.name()));
    Optional<ServiceAccountView> account = objects.serviceAccount(owner, ref.name());
    String accountName = owner + "/" + ref.name();
    if (account.isEmpty()) {
      return refused(
          name,
          Resolution.Cause.REFERENCE,
          "names ServiceAccount %s, which does not exist: create it".formatted(accountName),
          uses);
    }
    String annotated = account.get().role().orElse("");
    String role = annotated.isEmpty() ? Optional.ofNullable(aws.role()).orElse("") : annotated;
    if (role.isEmpty()) {
      return refused(
          name,
          Resolution.Cause.REFERENCE,
          "names ServiceAccount %s, which has no annotation %s: annotate it with the role to assume, or set provider.aws.role"
              .formatted(accountName, ServiceAccountView.ROLE_ANNOTATION),
          uses);
    }
    String ownAudience = account.get().audience().orElse(DEFAULT_AUDIENCE);
    Optional<String> foreign =
        ref.audiences().stream()
            .filter(one -> !one.equals(ownAudience) && !one.equals(DEFAULT_AUDIENCE))
            .findFirst();
    if (name.kind() == StoreKind.SECRET_STORE && foreign.isPresent()) {
      return refused(
          name,
          Resolution.Cause.TENANCY,
          "asks for a token with audience %s: a SecretStore may use %s or what the ServiceAccount's annotation %s names"
              .formatted(foreign.get(), DEFAULT_AUDIENCE, ServiceAccountView.AUDIENCE_ANNOTATION),
          uses);
    }
    List<String> audiences =
        Stream.concat(Stream.of(ownAudience), ref.audiences().stream()).distinct().toList();
    CredentialSubject.WebIdentity subject =
        new CredentialSubject.WebIdentity(
            owner,
            ref.name(),
            account.get().uid(),
            audiences,
            role,
            RoleChain.sessionName(hash, namespace, name));
    return new Account.Good(
        subject, Optional.ofNullable(aws.role()).filter(_ -> !annotated.isEmpty()), uses);
  }

  private static Account refused(
      StoreKey name, Resolution.Cause cause, String what, Set<ObjectRef> uses) {
    return new Account.Refused(StoreResolver.refused(name, cause, what, uses));
  }
}
