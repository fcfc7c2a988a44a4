package dev.keyturn.sync.store;

import dev.keyturn.api.Condition;
import dev.keyturn.api.Condition.Status;
import dev.keyturn.api.ConditionTypes;
import dev.keyturn.api.Reasons;
import dev.keyturn.api.SecretStoreStatus;
import dev.keyturn.api.Store;
import dev.keyturn.cluster.ObjectRef;
import dev.keyturn.cluster.ObjectUser;
import dev.keyturn.cluster.ReferencedObjects;
import dev.keyturn.ops.OutOfPatience;
import dev.keyturn.ops.Patience;
import dev.keyturn.ops.Tasks;
import dev.keyturn.source.CredentialSubject;
import dev.keyturn.source.Identity;
import dev.keyturn.source.SecretSource;
import dev.keyturn.source.SourceFailure;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Looks whether a store can be used, for its Ready condition. */
final class StoreCheck {
  private static final Duration RETRY = Duration.ofMinutes(1);

  /** Namespaces that use it, too, and are tried when AWS refuses the first. */
  private static final int MOST_OTHERS = 2;

  /** As in External Secrets Operator. */
  private static final Duration DEFAULT_INTERVAL = Duration.ofMinutes(5);

  private final StoreResolver resolver;
  private final StoreUsers users;
  private final ReferencedObjects objects;
  private final SecretSource source;
  private final Patience patience;
  private final Tasks tasks;
  private final Clock clock;

  /**
   * @param patience how long a reconciler may wait for AWS
   */
  StoreCheck(
      StoreResolver resolver,
      StoreUsers users,
      ReferencedObjects objects,
      SecretSource source,
      Patience patience,
      Tasks tasks,
      Clock clock) {
    this.resolver = resolver;
    this.users = users;
    this.objects = objects;
    this.source = source;
    this.patience = patience;
    this.tasks = tasks;
    this.clock = clock;
  }

  /**
   * What to write and when to look again.
   *
   * @param ready what it says then; empty if the store is not ours
   * @param status empty if it already says so, or if the store is not ours
   * @param warning empty if there is nothing new to warn of
   */
  record Result(
      Optional<Condition> ready,
      Optional<SecretStoreStatus> status,
      Optional<Condition> warning,
      Optional<Duration> again) {}

  /**
   * @param before what the store's status says
   * @param again has it checked once AWS, which is slow, may be waited for
   */
  Result check(
      Store store, SecretStoreStatus before, StoreKey key, ObjectUser user, Runnable again) {
    long seen = objects.changes();
    Optional<Resolution> resolution = resolver.check(key, store);
    objects.use(user, resolution.map(Resolution::uses).orElse(Set.<ObjectRef>of()), seen);
    if (resolution.isEmpty()) {
      return result(
          store,
          before,
          Status.TRUE,
          Reasons.STORE_VALID,
          "whether AWS accepts its credentials shows when a namespace uses it"
              + StoreRemarks.of(store, Optional.empty()));
    }
    return switch (resolution.get()) {
      case Resolution.OtherClass _, Resolution.NamespaceUnknown _ ->
          new Result(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
      case Resolution.Refused refused ->
          result(store, before, Status.FALSE, reason(refused.cause()), refused.message());
      case Resolution.Usable usable -> {
        try {
          yield refusal(
                  store,
                  key,
                  usable.identity(),
                  new Patience.Waiter(key.namespace(), key.toString(), again))
              .map(
                  message -> result(store, before, Status.FALSE, Reasons.INVALID_PROVIDER, message))
              .orElseGet(
                  () ->
                      result(
                          store,
                          before,
                          Status.TRUE,
                          Reasons.STORE_VALID,
                          found(usable.identity())
                              + StoreRemarks.of(store, Optional.of(usable.identity()))));
        } catch (OutOfPatience e) {
          yield new Result(
              Condition.of(ConditionTypes.READY, before.conditions()),
              Optional.empty(),
              Optional.empty(),
              Optional.of(RETRY));
        }
      }
    };
  }

  /** Why AWS accepts none of the namespaces that are tried; empty if it accepts one. */
  private Optional<String> refusal(
      Store store, StoreKey key, Identity asked, Patience.Waiter waiter) {
    Optional<SourceFailure> failure = refusal(asked, waiter);
    Optional<String> refused = failure.map(why -> asked(key) + why.message());
    if (failure.filter(why -> why.retry() == SourceFailure.Retry.SLOW).isEmpty()) {
      return refused;
    }
    List<String> others = users.all(key).stream().skip(1).limit(MOST_OTHERS).toList();
    for (String other : others) {
      if (resolver.check(key, store, other) instanceof Resolution.Usable usable
          && refusal(usable.identity(), waiter).isEmpty()) {
        users.accepted(key, other);
        return Optional.empty();
      }
    }
    others.forEach(other -> users.refused(key, other));
    return refused;
  }

  /** On a thread of its own, where it ends by itself if nobody waits for it any more. */
  private Optional<SourceFailure> refusal(Identity identity, Patience.Waiter waiter) {
    try (Patience.Wait wait = patience.begin(waiter)) {
      CompletableFuture<Optional<SourceFailure>> answer = new CompletableFuture<>();
      tasks.run(
          () -> {
            try {
              answer.complete(source.check(identity));
            } catch (RuntimeException | Error e) {
              answer.completeExceptionally(e);
            }
          });
      return wait.join(answer);
    }
  }

  /** Keys alone are never shown to AWS before something is read with them. */
  private static String found(Identity identity) {
    return identity.subject() instanceof CredentialSubject.StaticKeys && identity.chain().isEmpty()
        ? "the keys are there; whether AWS accepts them shows when a secret is read"
        : "AWS accepts the credentials";
  }

  private String asked(StoreKey key) {
    return users.of(key).map("as namespace %s uses it: "::formatted).orElse("");
  }

  void forget(StoreKey key, ObjectUser user) {
    users.forget(key);
    objects.leave(user);
  }

  private static String reason(Resolution.Cause cause) {
    return switch (cause) {
      case ABSENT, REFERENCE -> Reasons.VALIDATION_FAILED;
      case SPEC, TENANCY -> Reasons.INVALID_STORE;
    };
  }

  private static Duration interval(Store store) {
    int seconds = store.getSpec().refreshInterval();
    return seconds == 0
        ? DEFAULT_INTERVAL
        : Duration.ofSeconds(Math.max(seconds, StoreRemarks.SHORTEST_INTERVAL));
  }

  private Result result(
      Store store, SecretStoreStatus before, Status status, String reason, String message) {
    Optional<Condition> earlier = Condition.of(ConditionTypes.READY, before.conditions());
    Condition ready =
        new Condition(
            ConditionTypes.READY,
            status,
            reason,
            message,
            earlier
                .filter(condition -> condition.status() == status)
                .flatMap(condition -> Optional.ofNullable(condition.lastTransitionTime()))
                .orElseGet(() -> clock.instant().truncatedTo(ChronoUnit.SECONDS)),
            store.getMetadata().getGeneration());
    SecretStoreStatus wanted =
        new SecretStoreStatus(
            List.of(ready),
            SecretStoreStatus.Capabilities.READ_ONLY,
            store.getMetadata().getGeneration());
    boolean news = !earlier.map(ready::saysTheSameAs).orElse(false);
    return new Result(
        Optional.of(ready),
        wanted.equals(before) ? Optional.empty() : Optional.of(wanted),
        status == Status.FALSE && news ? Optional.of(ready) : Optional.empty(),
        store.unreadable().isEmpty()
            ? Optional.of(status == Status.TRUE ? interval(store) : RETRY)
            : Optional.empty());
  }
}
