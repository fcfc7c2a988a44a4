package dev.keyturn.render;

import dev.keyturn.api.Target.DeletionPolicy;
import dev.keyturn.api.Template;
import dev.keyturn.api.TemplateFrom;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What one ExternalSecret asks for. Made by {@link SpecReader}; the same for the same manifest.
 *
 * @param entries in the order in which they are applied: {@code dataFrom}, then {@code data}
 * @param labels of the ExternalSecret, that a Secret without template gets
 * @param annotations as {@code labels}
 */
public record Plan(
    List<Entry> entries,
    DeletionPolicy deletionPolicy,
    Optional<Template> template,
    boolean immutable,
    Map<String, String> labels,
    Map<String, String> annotations) {

  public Plan {
    entries = List.copyOf(entries);
    labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    annotations = Collections.unmodifiableMap(new TreeMap<>(annotations));
  }

  /** Every store that must be there. */
  public Set<StoreName> stores() {
    Set<StoreName> stores = new TreeSet<>();
    entries.forEach(entry -> stores.add(entry.store()));
    return stores;
  }

  /** Every ConfigMap and Secret that holds templates. */
  public Set<TemplateSource> templateSources() {
    Set<TemplateSource> sources = new TreeSet<>();
    template.stream()
        .flatMap(t -> t.templateFrom().stream())
        .flatMap(Plan::sources)
        .forEach(sources::add);
    return sources;
  }

  /** The keys of it that are read as templates. */
  public Set<String> templateKeys(TemplateSource source) {
    Set<String> keys = new TreeSet<>();
    template.stream()
        .flatMap(t -> t.templateFrom().stream())
        .flatMap(
            from ->
                Optional.ofNullable(
                    switch (source.kind()) {
                      case CONFIG_MAP -> from.configMap();
                      case SECRET -> from.secret();
                    })
                    .stream())
        .filter(ref -> ref.name().equals(source.name()))
        .forEach(ref -> ref.items().forEach(item -> keys.add(item.key())));
    return keys;
  }

  private static Stream<TemplateSource> sources(TemplateFrom from) {
    return Stream.concat(
        Optional.ofNullable(from.configMap()).stream()
            .map(ref -> new TemplateSource(TemplateSource.Kind.CONFIG_MAP, ref.name())),
        Optional.ofNullable(from.secret()).stream()
            .map(ref -> new TemplateSource(TemplateSource.Kind.SECRET, ref.name())));
  }
}
