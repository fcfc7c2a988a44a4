package dev.keyturn.render;

import dev.keyturn.api.DataEntry;
import dev.keyturn.api.DataFromEntry;
import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretSpec;
import dev.keyturn.api.FindSpec;
import dev.keyturn.api.RemoteRef;
import dev.keyturn.api.Rewrite;
import dev.keyturn.api.SourceRef;
import dev.keyturn.api.StoreRef;
import dev.keyturn.source.SecretRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns a manifest, in which anything may be missing, into a {@link Plan}, in which nothing is. */
public final class SpecReader {
  private static final String GENERATOR_WAY_OUT =
      "generators of External Secrets Operator can go on writing their own Secret; read AWS secrets"
          + " here with extract, find or remoteRef";

  private final ExternalSecretSpec spec;

  private SpecReader(ExternalSecretSpec spec) {
    this.spec = spec;
  }

  /** Reads what the manifest asks for. */
  public static Checked<Plan> read(ExternalSecret manifest) {
    if (manifest.unreadable().isPresent()) {
      return new Checked.Refused<>(new RenderFailure.Unreadable(manifest.unreadable().get()));
    }
    try {
      return new Checked.Good<>(
          new SpecReader(manifest.getSpec())
              .plan(
                  orEmpty(manifest.getMetadata().getLabels()),
                  orEmpty(manifest.getMetadata().getAnnotations())));
    } catch (RenderException e) {
      return new Checked.Refused<>(e.failure());
    }
  }

  private static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
    return map == null ? Map.of() : map;
  }

  private Plan plan(Map<String, String> labels, Map<String, String> annotations)
      throws RenderException {
    if (spec.target().manifest() != null) {
      throw new RenderException(
          new RenderFailure.NotBuilt(
              "spec.target.manifest", "only Secrets are written; remove this field"));
    }
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < spec.dataFrom().size(); i++) {
      entries.add(many("spec.dataFrom[" + i + "]", spec.dataFrom().get(i)));
    }
    for (int i = 0; i < spec.data().size(); i++) {
      entries.add(single("spec.data[" + i + "]", spec.data().get(i)));
    }
    Plan plan =
        new Plan(
            entries,
            spec.target().deletionPolicy(),
            Optional.ofNullable(spec.target().template()),
            spec.target().immutable(),
            labels,
            annotations);
    int stores = plan.stores().size();
    if (stores > ExternalSecretSpec.MOST_STORES) {
      throw new RenderException(
          new RenderFailure.TooMuch(
              "spec",
              "its entries name %d stores, and may name %d"
                  .formatted(stores, ExternalSecretSpec.MOST_STORES)));
    }
    return plan;
  }

  private Entry single(String where, DataEntry entry) throws RenderException {
    return new Entry.Single(
        where, store(where, entry.sourceRef()), entry.secretKey(), remote(entry.remoteRef()));
  }

  private Entry many(String where, DataFromEntry entry) throws RenderException {
    StoreName store = store(where, entry.sourceRef());
    List<KeyChange> changes = new ArrayList<>();
    for (Rewrite rewrite : entry.rewrite()) {
      change(rewrite).ifPresent(changes::add);
    }
    RemoteRef extract = entry.extract();
    if (extract != null) {
      return new Entry.Extract(
          where, store, remote(extract), extract.conversionStrategy(), changes);
    }
    FindSpec find = entry.find();
    if (find != null) {
      FindSpec.Name name = find.name();
      return new Entry.Search(
          where,
          store,
          name == null ? Optional.empty() : text(name.regexp()),
          find.tags(),
          text(find.path()),
          find.conversionStrategy(),
          find.decodingStrategy(),
          find.nullBytePolicy(),
          changes);
    }
    throw new RenderException(
        new RenderFailure.NotBuilt(where, "an entry needs extract or find; " + GENERATOR_WAY_OUT));
  }

  private StoreName store(String where, @Nullable SourceRef source) throws RenderException {
    if (source != null && source.generatorRef() != null) {
      throw new RenderException(
          new RenderFailure.NotBuilt(where + ".sourceRef.generatorRef", GENERATOR_WAY_OUT));
    }
    StoreRef store =
        source != null && source.storeRef() != null ? source.storeRef() : spec.secretStoreRef();
    String name = store == null ? null : store.name();
    if (store == null || name == null) {
      throw new RenderException(new RenderFailure.NoStore(where));
    }
    return new StoreName(store.kind(), name);
  }

  private static Entry.Remote remote(RemoteRef ref) {
    SecretRef.Part part =
        switch (ref.metadataPolicy()) {
          case NONE -> SecretRef.Part.VALUE;
          case FETCH -> SecretRef.Part.TAGS;
        };
    return new Entry.Remote(
        ref.key(),
        text(ref.property()),
        text(ref.version()),
        part,
        ref.decodingStrategy(),
        ref.nullBytePolicy());
  }

  private static Optional<KeyChange> change(Rewrite rewrite) {
    Rewrite.Regexp regexp = rewrite.regexp();
    Rewrite.Transform transform = rewrite.transform();
    Rewrite.Merge merge = rewrite.merge();
    if (merge != null) {
      return Optional.of(
          new KeyChange.Merge(
              merge.into(),
              merge.priority(),
              merge.priorityPolicy(),
              merge.conflictPolicy(),
              merge.strategy()));
    }
    if (regexp != null) {
      return Optional.of(new KeyChange.Replace(regexp.source(), regexp.target()));
    }
    return transform == null
        ? Optional.empty()
        : Optional.of(new KeyChange.Render(transform.template()));
  }

  /** An empty text means what an absent field means. */
  private static Optional<String> text(@Nullable String text) {
    return text == null || text.isEmpty() ? Optional.empty() : Optional.of(text);
  }
}
