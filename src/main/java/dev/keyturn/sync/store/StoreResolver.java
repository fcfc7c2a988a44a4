package dev.keyturn.sync.store;

import dev.keyturn.api.AwsAuth;
import dev.keyturn.api.AwsProvider;
import dev.keyturn.api.MaybeUnreadable;
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
import io.fabric8.kubernetes.api.model.ServiceAccount;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Turns a store and the namespace that uses it into the identity that AWS sees. */
public final class StoreResolver {
  static final String ROLE_ANNOTATION = "eks.amazonaws.com/role-arn";
  static final String AUDIENCE_ANNOTATION = "eks.amazonaws.com/audience";
  static final String DEFAULT_AUDIENCE = "sts.amazonaws.com";

  private final Settings settings;
  private final Namespaces namespaces;
  private final ReferencedObjects objects;
  private final KeyedHash hash;

  StoreResolver(
      Settings settings, Namespaces namespaces, ReferencedObjects objects, KeyedHash hash) {
    this.settings = settings;
    this.namespaces = namespaces;
    this.objects = objects;
    this.hash = hash;
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
    if (name.kind() == StoreKind.CLUSTER_SECRET_STORE
        && !NamespaceRules.admit(
            store.getSpec().conditions(), namespace, namespaces.labels(namespace))) {
      return refused(
          name,
          Resolution.Cause.TENANCY,
          "may not be used from namespace %s: none of its conditions admits it"
              .formatted(namespace));
    }
    return served(name, store, aws, namespace);
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

  /** The store by itself; empty if that depends on the namespace that uses it. */
  Optional<Resolution> check(StoreKey name, Store store) {
    if (!ourClass(store)) {
      return Optional.of(new Resolution.OtherClass());
    }
    AwsProvider aws = store.getSpec().provider().aws();
    if (aws == null) {
      return Optional.of(withoutAws(name, store));
    }
    boolean byNamespace =
        name.kind() == StoreKind.CLUSTER_SECRET_STORE && dependsOnNamespace(aws.auth());
    return byNamespace ? Optional.empty() : Optional.of(served(name, store, aws, name.namespace()));
  }

  private static boolean dependsOnNamespace(@Nullable AwsAuth auth) {
    if (auth == null) {
      return false;
    }
    if (auth.jwt() != null && auth.jwt().serviceAccountRef() != null) {
      return auth.jwt().serviceAccountRef().namespace() == null;
    }
    AwsAuth.Keys keys = auth.secretRef();
    return keys != null
        && Stream.of(
                keys.accessKeyIDSecretRef(),
                keys.secretAccessKeySecretRef(),
                keys.sessionTokenSecretRef())
            .anyMatch(ref -> ref != null && ref.namespace() == null);
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
    if (aws.service() == AwsProvider.Service.CERTIFICATE_MANAGER) {
      return refused(
          name,
          Resolution.Cause.SPEC,
          "uses service CertificateManager, which Keyturn does not serve: use SecretsManager or"
              + " ParameterStore");
    }
    if (name.kind() == StoreKind.SECRET_STORE
        && aws.endpoints() != null
        && !settings.stores().allowCustomEndpoints()) {
      return refused(
          name,
          Resolution.Cause.TENANCY,
          "names its own endpoints, which only a ClusterSecretStore may: remove"
              + " provider.aws.endpoints, or have the operator's"
              + " keyturn.stores.allow-custom-endpoints set");
    }
    Optional<String> unusable = StoreEndpoints.unusable(aws.endpoints());
    if (unusable.isPresent()) {
      return refused(name, Resolution.Cause.SPEC, unusable.get());
    }
    if (StorePrefix.isOpen(name.kind(), aws.prefix())) {
      return refused(name, Resolution.Cause.SPEC, StorePrefix.OPEN);
    }
    return withCredentials(name, store, aws, namespace);
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
      return webIdentity(name, aws, auth.jwt().serviceAccountRef(), namespace);
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

  private Resolution webIdentity(
      StoreKey name, AwsProvider aws, AwsAuth.ServiceAccountRef ref, String namespace) {
    String owner = referenceNamespace(name, ref.namespace(), namespace);
    if (name.kind() == StoreKind.SECRET_STORE && !owner.equals(name.namespace())) {
      return foreignNamespace(name, "auth.jwt.serviceAccountRef");
    }
    Set<ObjectRef> uses = Set.of(new ObjectRef(ObjectRef.Kind.SERVICE_ACCOUNT, owner, ref.name()));
    Optional<ServiceAccount> account = objects.serviceAccount(owner, ref.name());
    String accountName = owner + "/" + ref.name();
    if (account.isEmpty()) {
      return refused(
          name,
          Resolution.Cause.REFERENCE,
          "names ServiceAccount %s, which does not exist: create it".formatted(accountName),
          uses);
    }
    Map<String, String> annotations =
        Optional.ofNullable(account.get().getMetadata().getAnnotations()).orElse(Map.of());
    String annotated = annotations.getOrDefault(ROLE_ANNOTATION, "");
    String role = annotated.isEmpty() ? Optional.ofNullable(aws.role()).orElse("") : annotated;
    if (role.isEmpty()) {
      return refused(
          name,
          Resolution.Cause.REFERENCE,
          "names ServiceAccount %s, which has no annotation %s: annotate it with the role to assume, or set provider.aws.role"
              .formatted(accountName, ROLE_ANNOTATION),
          uses);
    }
    String ownAudience = annotations.getOrDefault(AUDIENCE_ANNOTATION, DEFAULT_AUDIENCE);
    Optional<String> foreign =
        ref.audiences().stream()
            .filter(one -> !one.equals(ownAudience) && !one.equals(DEFAULT_AUDIENCE))
            .findFirst();
    if (name.kind() == StoreKind.SECRET_STORE && foreign.isPresent()) {
      return refused(
          name,
          Resolution.Cause.TENANCY,
          "asks for a token with audience %s: a SecretStore may use %s or what the ServiceAccount's annotation %s names"
              .formatted(foreign.get(), DEFAULT_AUDIENCE, AUDIENCE_ANNOTATION),
          uses);
    }
    List<String> audiences =
        Stream.concat(Stream.of(ownAudience), ref.audiences().stream()).distinct().toList();
    CredentialSubject subject =
        new CredentialSubject.WebIdentity(
            owner,
            ref.name(),
            account.get().getMetadata().getUid(),
            audiences,
            role,
            RoleChain.sessionName(hash, namespace, name));
    // The web identity already leads to provider.aws.role where the ServiceAccount names none.
    return usable(name, aws, subject, annotated.isEmpty() ? null : aws.role(), namespace, uses);
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
