package dev.keyturn.sync;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretSpec.RefreshPolicy;
import dev.keyturn.render.Fetched;
import dev.keyturn.render.Inputs;
import dev.keyturn.render.Request;
import dev.keyturn.render.StoreName;
import dev.keyturn.source.Answer;
import dev.keyturn.source.Identity;
import dev.keyturn.source.KeyedHash;
import dev.keyturn.source.SecretValue;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What was read while the API server could not take it, so that trying again does not read AWS
 * again. The only values that outlast their sync: bounded in bytes and in time, and what does not
 * fit is read once more.
 */
final class KeptReads {
  private static final long MOST_BYTES = 32L << 20;
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private final Cache<String, Read> reads =
      Caffeine.newBuilder()
          .maximumWeight(MOST_BYTES)
          .weigher((String uid, Read read) -> read.bytes())
          .expireAfterWrite(LONGEST)
          .build();

  private final KeyedHash hash;

  KeptReads(KeyedHash hash) {
    this.hash = hash;
  }

  private record Read(Request request, Map<StoreName, Identity> identities, Fetched fetched) {
    boolean isFor(Sources sources) {
      return request.equals(sources.request()) && identities.equals(sources.identities());
    }

    int bytes() {
      return fetched.values().values().stream()
          .flatMap(answers -> answers.values().stream())
          .mapToInt(
              answer ->
                  answer instanceof Answer.Found<SecretValue>(SecretValue value)
                      ? value.bytes().length
                      : 0)
          .sum();
    }
  }

  /**
   * @param fetched what is still to be written; empty when nothing is
   */
  void keep(ExternalSecret resource, Sources sources, Optional<Fetched> fetched) {
    fetched.ifPresentOrElse(
        unwritten ->
            reads.put(
                resource.getMetadata().getUid(),
                new Read(sources.request(), sources.identities(), unwritten)),
        () -> drop(resource));
  }

  /**
   * What was read for the same request and as the same identities, unless something newer is known.
   *
   * @param known the versions that are known now; of what is not followed nothing need be known
   * @param inputs the hash of all that decides what the Secret holds, of such versions
   */
  Optional<Fetched> of(
      ExternalSecret resource,
      Sources sources,
      Optional<Inputs.Versions> known,
      Function<Inputs.Versions, String> inputs) {
    if (known.isEmpty() && resource.getSpec().refreshPolicy() == RefreshPolicy.PERIODIC) {
      return Optional.empty();
    }
    return Optional.ofNullable(reads.getIfPresent(resource.getMetadata().getUid()))
        .filter(read -> read.isFor(sources))
        .map(Read::fetched)
        .filter(
            fetched -> {
              Inputs.Versions then = Inputs.Versions.of(fetched, hash);
              return inputs.apply(then).equals(inputs.apply(known.orElse(then)));
            });
  }

  void drop(ExternalSecret resource) {
    reads.invalidate(resource.getMetadata().getUid());
  }
}
