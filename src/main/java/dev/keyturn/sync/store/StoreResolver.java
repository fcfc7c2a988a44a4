package dev.keyturn.sync.store;

import dev.keyturn.api.AwsAuth;
import dev.keyturn.api.AwsProvider;
import dev.keyturn.api.MaybeUnreadable;
import dev.keyturn.api.NamespaceCondition;
import dev.keyturn.api.Store;
import dev.keyturn.api.StoreKind;
import dev.keyturn.cluster.Namespaces;
import dev.keyturn.cluster.ObjectRef;
import dev.keyturn.cluster.ReferencedObjects;
import dev.keyturn.ops.Settings;
import dev.keyturn.source.CredentialSubject;
import dev.keyturn.source.Identity;
import dev.keyturn.source.KeyedHash;
import dev.keyturn.source.Service;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns a store and the namespace that uses it into the identity that AWS sees. */
public final class StoreResolver {
  private final Settings settings;
  private final Namespaces namespaces;
  private final ReferencedObjects objects;
  private final KeyedHash hash;
  private final StoreUsers users;

  StoreResolver(
      Settings settings,
      Namespaces namespaces,
      ReferencedObjects objects,
      KeyedHash hash,
      StoreUsers users) {
    this.settings = settings;
    this.namespaces = namespaces;
    this.objects = objects;
    this.hash = hash;
    this.users = users;
  }

  /**
   * @param namespace of the ExternalSecret; of a store's own check, the store's
   */
  public Resolution resolve(StoreKey name, StoreLookup stores, String namespace) {
    Optional<? extends Store> found = stores.find(name);
    if (found.isEmpty()) {
      return refused(name, Resolution.Cause.ABSENT, absent(name, stores));
    }
    Store store = found.get();
    if (!ourClass(store)) {
      return new Resolution.OtherClass();
    }
    AwsProvider aws = store.getSpec().provider().aws();
    if (aws == null) {
      return withoutAws(name, store);
    }
    return name.kind() == StoreKind.SECRET_STORE
        ? served(name, store, aws, namespace)
        : admitted(name, store, aws, namespace);
  }

  private Resolution admitted(StoreKey name, Store store, AwsProvider aws, String namespace) {
    List<NamespaceCondition> conditions = store.getSpec().conditions();
    return switch (NamespaceRules.admit(conditions, namespace, namespaces.labels(namespace))) {
      case NOT_YET -> new Resolution.NamespaceUnknown(namespace);
      case NO -> {
        users.leave(name, namespace);
        yield refused(
            name,
            Resolution.Cause.TENANCY,
            "may not be used from namespace %s: none of its conditions admits it"
                .formatted(namespace));
      }
      case YES -> {
        Resolution resolution = served(name, store, aws, namespace);
        if (resolution instanceof Resolution.Usable) {
          users.use(name, namespace);
        }
        yield resolution;
      }
    };
  }

  /** Without kind, a SecretStore is meant: what is easily forgotten is named. */
  private static String absent(StoreKey name, StoreLookup stores) {
    boolean kindForgotten =
        name.kind() == StoreKind.SECRET_STORE
            && stores
                .find(new StoreKey(StoreKind.CLUSTER_SECRET_STORE, "", name.name()))
                .isPresent();
    return kindForgotten
        ? "does not exist, but ClusterSecretStore %s does: write kind: ClusterSecretStore into secretStoreRef"
            .formatted(name.name())
        : "does not exist: create it or correct secretStoreRef";
  }

  /**
   * The store by itself. What AWS sees of a cluster store is mostly the namespace's that uses it:
   * its session, its tags, its ServiceAccount; so it is looked at as the first of them, and empty
   * as long as there is none.
   */
  Optional<Resolution> check(StoreKey name, Store store) {
    if (!ourClass(store)) {
      return Optional.of(new Resolution.OtherClass());
    }
    AwsProvider aws = store.getSpec().provider().aws();
    if (aws == null) {
      return Optional.of(withoutAws(name, store));
    }
    if (name.kind() == StoreKind.SECRET_STORE) {
      return Optional.of(served(name, store, aws, name.namespace()));
    }
    boolean byNamespace = StoreUsers.nameByNamespace(aws.auth());
    Optional<String> user = users.of(name);
    if (user.isPresent()) {
      Resolution resolution = served(name, store, aws, user.get());
      if (resolution instanceof Resolution.Usable || !byNamespace) {
        return Optional.of(resolution);
      }
      users.leave(name, user.get());
    }
    if (byNamespace) {
      return refusal(name, aws).map(Resolution.class::cast);
    }
    Resolution resolution = served(name, store, aws, "");
    return resolution instanceof Resolution.Usable usable && StoreUsers.areTold(usable.identity())
        ? Optional.empty()
        : Optional.of(resolution);
  }

  /** The store as a namespace that could use it lately. */
  Resolution check(StoreKey name, Store store, String namespace) {
    AwsProvider aws = store.getSpec().provider().aws();
    return aws == null ? withoutAws(name, store) : served(name, store, aws, namespace);
  }

  private static Resolution withoutAws(StoreKey name, Store store) {
    if (store.unreadable().isPresent()) {
      return refused(
          name,
          Resolution.Cause.SPEC,
          "has %s: %s".formatted(store.unreadable().get(), MaybeUnreadable.ADVICE));
    }
    return refused(
        name,
        Resolution.Cause.SPEC,
        "uses provider %s, which Keyturn does not serve: use provider aws"
            .formatted(String.join(", ", store.getSpec().provider().others().keySet())));
  }

  private Resolution served(StoreKey name, Store store, AwsProvider aws, String namespace) {
    Optional<Resolution.Refused> refusal = refusal(name, aws);
    return refusal.isPresent() ? refusal.get() : withCredentials(name, store, aws, namespace);
  }

  /** Why nobody can use it, whatever its credentials. */
  private Optional<Resolution.Refused> refusal(StoreKey name, AwsProvider aws) {
    if (aws.service() == AwsProvider.Service.CERTIFICATE_MANAGER) {
      return Optional.of(
          refused(
              name,
              Resolution.Cause.SPEC,
              "uses service CertificateManager, which Keyturn does not serve: use SecretsManager or"
                  + " ParameterStore"));
    }
    if (name.kind() == StoreKind.SECRET_STORE
        && aws.endpoints() != null
        && !settings.stores().allowCustomEndpoints()) {
      return Optional.of(
          refused(
              name,
              Resolution.Cause.TENANCY,
              "names its own endpoints, which only a ClusterSecretStore may: remove"
                  + " provider.aws.endpoints, or have the operator's"
                  + " keyturn.stores.allow-custom-endpoints set"));
    }
    Optional<String> unusable = StoreEndpoints.unusable(aws.endpoints());
    if (unusable.isPresent()) {
      return Optional.of(refused(name, Resolution.Cause.SPEC, unusable.get()));
    }
    if (StorePrefix.isOpen(name.kind(), aws.prefix())) {
      return Optional.of(refused(name, Resolution.Cause.SPEC, StorePrefix.OPEN));
    }
    return Optional.empty();
  }

  private boolean ourClass(Store store) {
    String wanted = store.getSpec().controller();
    return wanted == null
        || wanted.isEmpty()
        || wanted.equals(settings.controllerClass().orElse(""));
  }

  private Resolution withCredentials(
      StoreKey name, Store store, AwsProvider aws, String namespace) {
    AwsAuth auth = aws.auth();
    if (auth != null && auth.jwt() != null && auth.jwt().serviceAccountRef() != null) {
      return switch (WebIdentityResolver.resolve(
          name, aws, auth.jwt().serviceAccountRef(), namespace, objects, hash)) {
        case WebIdentityResolver.Account.Refused(Resolution.Refused refused) -> refused;
        case WebIdentityResolver.Account.Good(
                CredentialSubject.WebIdentity subject,
                Optional<String> role,
                Set<ObjectRef> uses) ->
            usable(name, aws, subject, role.orElse(null), namespace, uses);
      };
    }
    if (auth != null && auth.secretRef() != null) {
      return switch (StaticKeyResolver.resolve(
          name, store, auth.secretRef(), namespace, objects, hash)) {
        case StaticKeyResolver.Keys.Refused(Resolution.Refused refused) -> refused;
        case StaticKeyResolver.Keys.Good(CredentialSubject.StaticKeys keys, Set<ObjectRef> uses) ->
            usable(name, aws, keys, aws.role(), namespace, uses);
      };
    }
    if (name.kind() == StoreKind.SECRET_STORE && !settings.stores().allowOperatorIdentity()) {
      return refused(
          name,
          Resolution.Cause.TENANCY,
          "has no auth, and a SecretStore may not use the operator's own identity: add"
              + " auth.jwt.serviceAccountRef, use a ClusterSecretStore, or have the operator's"
              + " keyturn.stores.allow-operator-identity set");
    }
    return usable(name, aws, new CredentialSubject.Operator(), aws.role(), namespace, Set.of());
  }

  private Resolution usable(
      StoreKey name,
      AwsProvider aws,
      CredentialSubject subject,
      @Nullable String role,
      String namespace,
      Set<ObjectRef> uses) {
    Identity identity =
        new Identity(
            service(aws.service()),
            aws.region(),
            StoreEndpoints.of(aws.endpoints()),
            subject,
            RoleChain.of(aws, Optional.ofNullable(role), name, namespace, hash));
    return new Resolution.Usable(
        identity, StorePrefix.of(name.kind(), aws.prefix(), namespace), uses);
  }

  static String referenceNamespace(
      StoreKey store, @Nullable String named, String externalSecretNamespace) {
    if (named != null) {
      return named;
    }
    return store.kind() == StoreKind.SECRET_STORE ? store.namespace() : externalSecretNamespace;
  }

  private static Service service(AwsProvider.Service service) {
    return service == AwsProvider.Service.PARAMETER_STORE
        ? Service.PARAMETER_STORE
        : Service.SECRETS_MANAGER;
  }

  static Resolution.Refused foreignNamespace(StoreKey name, String field) {
    return refused(
        name,
        Resolution.Cause.TENANCY,
        "reaches into another namespace by %s: a SecretStore may only use its own; remove the namespace, or use a ClusterSecretStore"
            .formatted(field));
  }

  private static Resolution.Refused refused(StoreKey name, Resolution.Cause cause, String what) {
    return refused(name, cause, what, Set.of());
  }

  static Resolution.Refused refused(
      StoreKey name, Resolution.Cause cause, String what, Set<ObjectRef> uses) {
    return new Resolution.Refused(cause, name + " " + what, uses);
  }
}
