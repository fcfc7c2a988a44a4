package dev.keyturn.rotation;

import dev.keyturn.source.Followed;
import dev.keyturn.source.Known;
import dev.keyturn.source.Reference;
import dev.keyturn.source.SecretCache;
import dev.keyturn.source.SecretRef;
import dev.keyturn.source.Service;
import dev.keyturn.source.Version;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the references that a change is about, however either spells the secret. Kept up to date by
 * the watchlist, since a backlog of events asks for it thousands of times.
 */
final class ReferenceIndex {
  private record Place(Service service, String region, String name) {}

  private final Watchlist watchlist;
  private final SecretCache cache;
  private final ConcurrentHashMap<Place, Set<Reference>> places = new ConcurrentHashMap<>();

  private ReferenceIndex(Watchlist watchlist, SecretCache cache) {
    this.watchlist = watchlist;
    this.cache = cache;
  }

  static ReferenceIndex of(Watchlist watchlist, SecretCache cache) {
    ReferenceIndex index = new ReferenceIndex(watchlist, cache);
    watchlist.observe(index::changed);
    return index;
  }

  private void changed(Followed followed) {
    if (followed instanceof Reference reference && !reference.pinned()) {
      for (Place place : places(reference)) {
        // Looks inside of the map's lock, so that of two who tell at once the later one wins.
        places.compute(place, (_, known) -> with(known, reference));
      }
    }
  }

  private @Nullable Set<Reference> with(@Nullable Set<Reference> known, Reference reference) {
    Set<Reference> references = known == null ? ConcurrentHashMap.newKeySet() : known;
    if (watchlist.follows(reference)) {
      references.add(reference);
    } else {
      references.remove(reference);
    }
    return references.isEmpty() ? null : references;
  }

  private static Set<Place> places(Reference reference) {
    Service service = reference.identity().service();
    Set<Place> places = new HashSet<>();
    for (String name : SecretNames.of(service, reference.ref().key()).names()) {
      places.add(new Place(service, reference.identity().region(), name));
    }
    return places;
  }

  Set<Reference> about(SecretEvent change) {
    SecretNames names = SecretNames.of(change.service(), change.secret());
    String region = names.region().orElse(change.region());
    String account = names.account().orElse(change.account());
    Set<Reference> about = new HashSet<>();
    for (String name : names.names()) {
      places.getOrDefault(new Place(change.service(), region, name), Set.of()).stream()
          .filter(reference -> touches(change, reference.ref()))
          .filter(reference -> in(account, reference))
          .forEach(about::add);
    }
    return about;
  }

  private static boolean touches(SecretEvent change, SecretRef ref) {
    if (change.stages().isEmpty() || ref.part() == SecretRef.Part.TAGS) {
      return true;
    }
    return switch (ref.version()) {
      case Version.Current() -> change.stages().contains("AWSCURRENT");
      // AWSPREVIOUS moves along with AWSCURRENT, and no event of its own says so.
      case Version.Stage(String label) ->
          change.stages().contains(label)
              || (label.equals("AWSPREVIOUS") && change.stages().contains("AWSCURRENT"));
      case Version.Exact exact -> false;
    };
  }

  /** Whether the account may be the one of the reference; not every event and key tells it. */
  private boolean in(String account, Reference reference) {
    Optional<String> known =
        Stream.concat(
                Stream.of(reference.ref().key()),
                cache.state(reference).flatMap(Known::lastFound).stream().map(mark -> mark.arn()))
            .flatMap(
                spelling ->
                    SecretNames.of(reference.identity().service(), spelling).account().stream())
            .findFirst();
    return account.isEmpty() || known.isEmpty() || known.get().equals(account);
  }
}
