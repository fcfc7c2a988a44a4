package dev.keyturn.rotation;

import dev.keyturn.source.CredentialSubject;
import dev.keyturn.source.Followed;
import dev.keyturn.source.Identity;
import dev.keyturn.source.Known;
import dev.keyturn.source.Reference;
import dev.keyturn.source.RoleHop;
import dev.keyturn.source.Search;
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
 * Finds the references and searches that a change is about, however either spells the secret. Kept
 * up to date by the watchlist, since a backlog of events asks for it thousands of times.
 */
final class ReferenceIndex {
  /** Where searches are. */
  private static final String EVERY_NAME = "";

  private record Place(Service service, String region, String name) {}

  private final Watchlist watchlist;
  private final SecretCache cache;
  private final SearchPatterns patterns;
  private final ConcurrentHashMap<Place, Set<Followed>> places = new ConcurrentHashMap<>();

  private ReferenceIndex(Watchlist watchlist, SecretCache cache, SearchPatterns patterns) {
    this.watchlist = watchlist;
    this.cache = cache;
    this.patterns = patterns;
  }

  static ReferenceIndex of(Watchlist watchlist, SecretCache cache, SearchPatterns patterns) {
    ReferenceIndex index = new ReferenceIndex(watchlist, cache, patterns);
    watchlist.observe(index::changed);
    return index;
  }

  private void changed(Followed followed) {
    for (Place place : places(followed)) {
      // Looks inside of the map's lock, so that of two who tell at once the later one wins.
      places.compute(place, (_, known) -> with(known, followed));
    }
  }

  private @Nullable Set<Followed> with(@Nullable Set<Followed> known, Followed followed) {
    Set<Followed> here = known == null ? ConcurrentHashMap.newKeySet() : known;
    boolean follows = watchlist.follows(followed);
    if (follows) {
      here.add(followed);
    } else {
      here.remove(followed);
    }
    if (followed instanceof Search search) {
      if (follows) {
        patterns.add(
            search, watchlist.dependants(search).stream().map(Dependant::namespace).toList());
      } else {
        patterns.remove(search);
      }
    }
    return here.isEmpty() ? null : here;
  }

  private static Set<Place> places(Followed followed) {
    return switch (followed) {
      case Reference reference when reference.pinned() -> Set.of();
      case Reference reference -> {
        Service service = reference.identity().service();
        Set<Place> places = new HashSet<>();
        for (String name : SecretNames.of(service, reference.ref().key()).names()) {
          places.add(new Place(service, reference.identity().region(), name));
        }
        yield places;
      }
      case Search search -> {
        Identity identity = search.identity();
        yield Set.of(new Place(identity.service(), identity.region(), EVERY_NAME));
      }
    };
  }

  Set<Followed> about(SecretEvent change) {
    SecretNames names = SecretNames.of(change.service(), change.secret());
    String region = names.region().orElse(change.region());
    String account = names.account().orElse(change.account());
    Set<Followed> about = new HashSet<>();
    for (String name : names.names()) {
      at(new Place(change.service(), region, name), Reference.class)
          .filter(reference -> touches(change, reference.ref()))
          .filter(reference -> in(account, reference))
          .forEach(about::add);
    }
    if (change.kind().isOfSearches()) {
      at(new Place(change.service(), region, EVERY_NAME), Search.class)
          .filter(search -> lists(account, search.identity()))
          .filter(search -> concerns(change, search))
          .filter(search -> mayFind(search, names.names()))
          .forEach(about::add);
    }
    return about;
  }

  private <T extends Followed> Stream<T> at(Place place, Class<T> type) {
    return places.getOrDefault(place, Set.of()).stream().filter(type::isInstance).map(type::cast);
  }

  private static boolean concerns(SecretEvent change, Search search) {
    return change.kind() != SecretEvent.Kind.TAGS || !search.find().tags().isEmpty();
  }

  private boolean mayFind(Search search, Set<String> names) {
    return names.stream()
        .anyMatch(
            name ->
                patterns.mayFind(search, name)
                    // The name of a parameter was told without the slash that it may begin with.
                    || (search.identity().service() == Service.PARAMETER_STORE
                        && patterns.mayFind(search, "/" + name)));
  }

  private static boolean touches(SecretEvent change, SecretRef ref) {
    if (change.kind() == SecretEvent.Kind.TAGS) {
      return ref.part() == SecretRef.Part.TAGS;
    }
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

  /** A list has what its own account has; which one that is, only roles tell. */
  private static boolean lists(String account, Identity identity) {
    Optional<String> role =
        identity.chain().isEmpty()
            ? identity.subject() instanceof CredentialSubject.WebIdentity web
                ? Optional.of(web.roleArn())
                : Optional.empty()
            : Optional.of(identity.chain().getLast()).map(RoleHop::roleArn);
    return account.isEmpty() || role.filter(arn -> !arn.contains(":" + account + ":")).isEmpty();
  }
}
