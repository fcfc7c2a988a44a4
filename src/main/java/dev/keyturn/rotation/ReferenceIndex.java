package dev.keyturn.rotation;

import dev.keyturn.source.Followed;
import dev.keyturn.source.Known;
import dev.keyturn.source.Reference;
import dev.keyturn.source.SecretCache;
import dev.keyturn.source.SecretRef;
import dev.keyturn.source.Service;
import dev.keyturn.source.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Finds the references that a change is about, however either spells the secret. */
final class ReferenceIndex {
  private record Place(Service service, String region, String name) {}

  private final SecretCache cache;
  private final Map<Place, List<Reference>> places = new HashMap<>();

  ReferenceIndex(Set<Followed> followed, SecretCache cache) {
    this.cache = cache;
    for (Followed thing : followed) {
      if (thing instanceof Reference reference && !reference.pinned()) {
        Service service = reference.identity().service();
        SecretNames names = SecretNames.of(service, reference.ref().key());
        for (String name : names.names()) {
          Place place = new Place(service, reference.identity().region(), name);
          places.computeIfAbsent(place, p -> new ArrayList<>()).add(reference);
        }
      }
    }
  }

  Set<Reference> about(SecretEvent change) {
    SecretNames names = SecretNames.of(change.service(), change.secret());
    String region = names.region().orElse(change.region());
    String account = names.account().orElse(change.account());
    Set<Reference> about = new HashSet<>();
    for (String name : names.names()) {
      places.getOrDefault(new Place(change.service(), region, name), List.of()).stream()
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
