package dev.keyturn.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.ops.VirtualTime;
import dev.keyturn.testbed.Eventually;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is left of identities that nobody uses any more. */
class DispatchTest {
  private final VirtualTime time = new VirtualTime();
  private final FakeSource source = new FakeSource();
  private final SecretCache cache =
      new SecretCache(
          source,
          FakeSource::hash,
          time,
          time,
          SecretCache.Bounds.DEFAULT,
          new CacheMeters(new SimpleMeterRegistry()));

  @ParameterizedTest
  @EnumSource
  void nothingStaysOfAnIdentityThatWasChanged(Use use) {
    WeakReference<String> mark = used(use);
    source.forgetRequests();
    time.advance(Duration.ofHours(1));
    used(use);
    time.advance(Duration.ofHours(1));
    Eventually.isTrue(
        "nobody knows the first identity",
        () -> {
          System.gc();
          return mark.refersTo(null);
        });
  }

  /** How it is used: another version than the current one is looked at, not read. */
  enum Use {
    READ,
    LOOK;

    Version version() {
      return switch (this) {
        case READ -> new Version.Current();
        case LOOK -> new Version.Stage("AWSPREVIOUS");
      };
    }
  }

  /** Uses a new identity, until nobody follows anything of it; gives what is part of it alone. */
  private WeakReference<String> used(Use use) {
    String fingerprint = new String("changed".toCharArray());
    Identity identity =
        new Identity(
            Service.SECRETS_MANAGER,
            "eu-central-1",
            EndpointOverrides.DEFAULT,
            new CredentialSubject.StaticKeys(
                "uid",
                fingerprint,
                new CredentialSubject.SecretKeyRef("shop", "keys", "id"),
                new CredentialSubject.SecretKeyRef("shop", "keys", "key"),
                Optional.empty()),
            List.of());
    Reference db =
        new Reference(identity, new SecretRef("db", use.version(), SecretRef.Part.VALUE));
    cache.expect(db, 1);
    CompletableFuture<Void> _ = cache.check(Set.of(db));
    time.advance(Duration.ofSeconds(10));
    assertThat(cache.known(db)).isPresent();
    cache.expect(db, 0);
    return new WeakReference<>(fingerprint);
  }
}
