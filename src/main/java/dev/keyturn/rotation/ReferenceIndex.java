package dev.keyturn.rotation;

import dev.keyturn.source.CredentialSubject;
import dev.keyturn.source.Find;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Finds the references and searches that a change is about, however either spells the secret. */
final class ReferenceIndex {
  private record Place(Service service, String region, String name) {}

  private final SecretCache cache;
  private final Map<Place, List<Reference>> places = new HashMap<>();
  private final Map<Place, List<Search>> searches = new HashMap<>();

  ReferenceIndex(Set<Followed> followed, SecretCache cache) {
    this.cache = cache;
    for (Followed thing : followed) {
      switch (thing) {
        case Reference reference when !reference.pinned() -> add(reference);
        case Reference _ -> {}
        case Search search ->
            searches
                .computeIfAbsent(everyName(search.identity()), p -> new ArrayList<>())
                .add(search);
      }
    }
  }

  private void add(Reference reference) {
    Service service = reference.identity().service();
    for (String name : SecretNames.of(service, reference.ref().key()).names()) {
      Place place = new Place(service, reference.identity().region(), name);
      places.computeIfAbsent(place, p -> new ArrayList<>()).add(reference);
    }
  }

  private static Place everyName(Identity identity) {
    return new Place(identity.service(), identity.region(), "");
  }

  Set<Followed> about(SecretEvent change) {
    SecretNames names = SecretNames.of(change.service(), change.secret());
    String region = names.region().orElse(change.region());
    String account = names.account().orElse(change.account());
    Set<Followed> about = new HashSet<>();
    for (String name : names.names()) {
      places.getOrDefault(new Place(change.service(), region, name), List.of()).stream()
          .filter(reference -> touches(change, reference.ref()))
          .filter(reference -> in(account, reference))
          .forEach(about::add);
    }
    if (change.kind().isOfSearches()) {
      searches.getOrDefault(new Place(change.service(), region, ""), List.of()).stream()
          .filter(search -> mayFind(search, names.names()))
          .filter(search -> lists(account, search.identity()))
          .forEach(about::add);
    }
    return about;
  }

  private static boolean mayFind(Search search, Set<String> names) {
    Find find = search.find();
    return names.stream()
        .anyMatch(
            name ->
                find.mayFind(name)
                    // The name of a parameter was told without the slash that it may begin with.
                    || (search.identity().service() == Service.PARAMETER_STORE
                        && find.mayFind("/" + name)));
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
