package dev.keyturn.sync;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretSpec.RefreshPolicy;
import dev.keyturn.render.Fetched;
import dev.keyturn.render.Inputs;
import dev.keyturn.render.RenderFailure;
import dev.keyturn.render.Request;
import dev.keyturn.render.StoreName;
import dev.keyturn.source.Answer;
import dev.keyturn.source.Identity;
import dev.keyturn.source.KeyedHash;
import dev.keyturn.source.SecretValue;
import dev.keyturn.sync.target.Unwritten;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What was read while it had no turn to be rendered, or the API server could not take it, so that
 * trying again does not read AWS again. The only values that outlast their sync: bounded in bytes
 * and in time, and what does not fit is read once more.
 */
final class KeptReads {
  private static final long MOST_BYTES = 32L << 20;
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private final Cache<String, Read> reads;
  private final KeyedHash hash;

  /**
   * @param nanoTime measures how long something was kept
   */
  KeptReads(KeyedHash hash, Ticker nanoTime) {
    this.hash = hash;
    this.reads =
        Caffeine.newBuilder()
            .maximumWeight(MOST_BYTES)
            .weigher((String uid, Read read) -> read.bytes())
            .expireAfterWrite(LONGEST)
            .ticker(nanoTime)
            .build();
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
   * Only of a resource that is followed: nobody hears of it when anything else becomes old. What
   * comes from here is not kept anew, or it would never end.
   *
   * @param outcome what became of what was fetched
   */
  void keep(ExternalSecret resource, Sources sources, Fetched fetched, SyncOutcome outcome) {
    String uid = resource.getMetadata().getUid();
    if (!isStillDue(outcome) || resource.getSpec().refreshPolicy() != RefreshPolicy.PERIODIC) {
      drop(resource);
    } else if (!isKept(uid, fetched)) {
      reads.put(uid, new Read(sources.request(), sources.identities(), fetched));
    }
  }

  private static boolean isStillDue(SyncOutcome outcome) {
    return switch (outcome) {
      case SyncOutcome.NotWritten(Unwritten why) -> why instanceof Unwritten.ApiServerBusy;
      case SyncOutcome.RenderFailed(RenderFailure why, boolean _) ->
          why instanceof RenderFailure.NoTurn;
      default -> false;
    };
  }

  private boolean isKept(String uid, Fetched fetched) {
    return Optional.ofNullable(reads.getIfPresent(uid))
        .filter(read -> read.fetched().equals(fetched))
        .isPresent();
  }

  /**
   * What was read for the same request and as the same identities, unless something newer is known.
   *
   * @param known the versions that are known now
   * @param inputs the hash of all that decides what the Secret holds, of such versions
   */
  Optional<Fetched> of(
      ExternalSecret resource,
      Sources sources,
      Optional<Inputs.Versions> known,
      Function<Inputs.Versions, String> inputs) {
    if (known.isEmpty()) {
      return Optional.empty();
    }
    return Optional.ofNullable(reads.getIfPresent(resource.getMetadata().getUid()))
        .filter(read -> read.isFor(sources))
        .map(Read::fetched)
        .filter(
            fetched -> {
              Inputs.Versions then = Inputs.Versions.of(fetched, hash);
              return inputs.apply(then).equals(inputs.apply(known.get()));
            });
  }

  void drop(ExternalSecret resource) {
    reads.invalidate(resource.getMetadata().getUid());
  }
}
