package dev.keyturn.render;

import dev.keyturn.gotemplate.value.Failure;
import dev.keyturn.gotemplate.value.Regex;
import dev.keyturn.source.Find;
import dev.keyturn.source.SecretRef;
import dev.keyturn.source.Service;
import dev.keyturn.source.Version;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What must be fetched for a {@link Plan}: its entries as the stores see them. */
public record Request(List<Wanted> wanted) {
  /** A pattern is tried on every name of an account, so it has to be smaller than one for keys. */
  private static final long MOST_STATES = 2_000;

  public Request {
    wanted = List.copyOf(wanted);
  }

  /** What one entry needs. */
  public sealed interface Wanted {
    Entry entry();

    /** One secret. */
    record Value(Entry entry, SecretRef ref) implements Wanted {}

    /** The names that match, then the secrets of those names. */
    record Names(Entry.Search entry, Find find) implements Wanted {}
  }

  /**
   * Applies prefixes and reads versions.
   *
   * @param stores must have every store of {@link Plan#stores}
   */
  public static Checked<Request> of(Plan plan, Map<StoreName, StoreView> stores) {
    try {
      List<Wanted> wanted = new ArrayList<>();
      for (Entry entry : plan.entries()) {
        StoreView store = Optional.ofNullable(stores.get(entry.store())).orElseThrow();
        wanted.add(wanted(entry, store));
      }
      return new Checked.Good<>(new Request(wanted));
    } catch (RenderException e) {
      return new Checked.Refused<>(e.failure());
    }
  }

  /** The secrets that are wanted of a store, those that a search will find aside. */
  public Set<SecretRef> refs(StoreName store) {
    Set<SecretRef> refs = new LinkedHashSet<>();
    for (Wanted one : wanted) {
      if (one instanceof Wanted.Value value && one.entry().store().equals(store)) {
        refs.add(value.ref());
      }
    }
    return refs;
  }

  /** The searches that are wanted of a store. */
  public Set<Find> finds(StoreName store) {
    Set<Find> finds = new LinkedHashSet<>();
    for (Wanted one : wanted) {
      if (one instanceof Wanted.Names names && one.entry().store().equals(store)) {
        finds.add(names.find());
      }
    }
    return finds;
  }

  /**
   * The secrets to read after a search. Names outside of the path are left out, whatever the
   * service answered: the path holds the store's prefix.
   */
  public static Set<SecretRef> refs(Find find, List<String> names) {
    Set<SecretRef> refs = new LinkedHashSet<>();
    for (String name : names) {
      if (find.path().map(name::startsWith).orElse(true)) {
        refs.add(SecretRef.current(name));
      }
    }
    return refs;
  }

  private static Wanted wanted(Entry entry, StoreView store) throws RenderException {
    return switch (entry) {
      case Entry.Single single -> new Wanted.Value(entry, ref(entry, single.remote(), store));
      case Entry.Extract extract -> new Wanted.Value(entry, ref(entry, extract.remote(), store));
      case Entry.Search search -> new Wanted.Names(search, find(search, store));
    };
  }

  private static SecretRef ref(Entry entry, Entry.Remote remote, StoreView store)
      throws RenderException {
    Optional<String> key = store.prefix().key(store.service(), remote.key());
    if (key.isEmpty()) {
      throw new RenderException(
          new RenderFailure.OutsidePrefix(entry.where(), remote.key(), store.prefix().text()));
    }
    return switch (remote.part()) {
      case VALUE ->
          new SecretRef(
              key.get(), version(entry, remote.version(), store.service()), remote.part());
      // Tags belong to the secret, not to a version of it.
      case TAGS -> new SecretRef(key.get(), new Version.Current(), remote.part());
    };
  }

  private static Version version(Entry entry, Optional<String> text, Service service)
      throws RenderException {
    if (text.isEmpty()) {
      return new Version.Current();
    }
    return switch (service) {
      case SECRETS_MANAGER -> secretVersion(entry, text.get());
      case PARAMETER_STORE ->
          text.get().chars().allMatch(c -> c >= '0' && c <= '9')
              ? new Version.Exact(text.get())
              : new Version.Stage(text.get());
    };
  }

  private static Version secretVersion(Entry entry, String text) throws RenderException {
    if (text.equals("AWSCURRENT")) {
      return new Version.Current();
    }
    if (!text.startsWith("uuid/")) {
      return new Version.Stage(text);
    }
    String id = text.substring("uuid/".length());
    if (id.isEmpty()) {
      throw new RenderException(new RenderFailure.BadVersion(entry.where(), text));
    }
    return new Version.Exact(id);
  }

  private static Find find(Entry.Search search, StoreView store) throws RenderException {
    if (search.nameRegexp().isPresent()) {
      try {
        var _ = Regex.pattern(search.nameRegexp().get(), MOST_STATES);
      } catch (Failure failure) {
        throw new RenderException(
            new RenderFailure.BadPattern(search.where() + ".find.name", failure.reason()));
      }
    }
    return new Find(search.nameRegexp(), search.tags(), store.prefix().path(search.path()));
  }
}
