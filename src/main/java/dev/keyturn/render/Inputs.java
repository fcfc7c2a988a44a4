package dev.keyturn.render;

import dev.keyturn.api.Template;
import dev.keyturn.api.TemplateFrom;
import dev.keyturn.source.Answer;
import dev.keyturn.source.Find;
import dev.keyturn.source.KeyedHash;
import dev.keyturn.source.SecretRef;
import dev.keyturn.source.SecretValue;
import dev.keyturn.source.VersionMark;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The keyed hash of all that decides what a Secret holds: the manifest, the versions of its sources
 * and the templates. Equal hashes: nothing needs to be rendered.
 *
 * <p>The bytes that are hashed must stay the same from release to release: where they change,
 * Secrets with random template functions get new values and their workloads restart. A field that
 * is added later is written only where it is set.
 */
public final class Inputs {
  private final List<byte[]> parts = new ArrayList<>();

  private Inputs() {}

  /** Which content a secret has; empty while that is not known. */
  public interface Versions {
    Optional<VersionMark> of(StoreName store, SecretRef ref);

    /** The names that a search found; empty while that is not known. */
    Optional<List<String>> names(StoreName store, Find find);

    /** Of what was fetched. */
    static Versions of(Fetched fetched, KeyedHash hash) {
      return new Versions() {
        @Override
        public Optional<VersionMark> of(StoreName store, SecretRef ref) {
          return switch (fetched.value(store, ref)) {
            case Answer.Found<SecretValue>(SecretValue value) -> Optional.of(value.mark(hash));
            case Answer.Failed<SecretValue> _ -> Optional.empty();
          };
        }

        @Override
        public Optional<List<String>> names(StoreName store, Find find) {
          return switch (fetched.names(store, find)) {
            case Answer.Found<List<String>>(List<String> names) -> Optional.of(names);
            case Answer.Failed<List<String>> _ -> Optional.empty();
          };
        }
      };
    }
  }

  /** Hexadecimal; a source that is gone or unknown counts as absent. */
  public static String hash(
      Plan plan, Request request, Versions versions, TemplateSources sources, KeyedHash hash) {
    Inputs inputs = new Inputs();
    for (Request.Wanted wanted : request.wanted()) {
      inputs.entry(wanted.entry());
      inputs.content(wanted, versions);
    }
    inputs.target(plan);
    inputs.sources(plan, sources);
    return hash.of(inputs.parts.toArray(byte[][]::new));
  }

  private void add(String... texts) {
    for (String text : texts) {
      parts.add(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private void add(String tag, Map<String, String> map) {
    new TreeMap<>(map).forEach((key, value) -> add(tag, key, value));
  }

  private void entry(Entry entry) {
    add("entry", entry.store().toString());
    switch (entry) {
      case Entry.Single(_, _, String secretKey, Entry.Remote remote) -> {
        add("single", secretKey);
        remote(remote);
      }
      case Entry.Extract(_, _, Entry.Remote remote, var conversion, List<KeyChange> changes) -> {
        add("extract", conversion.name());
        remote(remote);
        changes.forEach(this::change);
      }
      case Entry.Search search -> {
        add("search", search.conversion().name(), search.decoding().name());
        add(search.nullBytes().name());
        search.changes().forEach(this::change);
      }
    }
  }

  private void remote(Entry.Remote remote) {
    add(remote.property().orElse(""), remote.decoding().name(), remote.nullBytes().name());
  }

  private void change(KeyChange change) {
    switch (change) {
      case KeyChange.Replace(String source, String target) -> add("replace", source, target);
      case KeyChange.Render(String template) -> add("render", template);
      case KeyChange.Merge merge -> {
        add("merge", merge.into(), merge.priorityPolicy().name(), merge.conflictPolicy().name());
        add(merge.strategy().name());
        merge.priority().forEach(key -> add("priority", key));
      }
    }
  }

  private void content(Request.Wanted wanted, Versions versions) {
    StoreName store = wanted.entry().store();
    switch (wanted) {
      case Request.Wanted.Value(_, SecretRef ref) -> content(store, ref, versions);
      case Request.Wanted.Names(_, Find find) ->
          versions
              .names(store, find)
              .ifPresent(
                  names -> Request.refs(find, names).forEach(ref -> content(store, ref, versions)));
    }
  }

  private void content(StoreName store, SecretRef ref, Versions versions) {
    add("ref", ref.key(), ref.part().name());
    versions.of(store, ref).ifPresent(mark -> add("version", mark.arn(), mark.content()));
  }

  private void target(Plan plan) {
    add("immutable", Boolean.toString(plan.immutable()));
    if (plan.template().isEmpty()) {
      add("label", MetadataRules.inherited(plan.labels()));
      add("annotation", MetadataRules.inherited(plan.annotations()));
      return;
    }
    Template template = plan.template().get();
    add("template", Optional.ofNullable(template.type()).orElse(""));
    add(template.mergePolicy().name());
    add("data", template.data());
    add("label", template.metadata().labels());
    add("annotation", template.metadata().annotations());
    template.metadata().finalizers().forEach(finalizer -> add("finalizer", finalizer));
    template.templateFrom().forEach(this::from);
  }

  private void from(TemplateFrom from) {
    add("from", from.target(), from.valuesDecodingStrategy().name());
    Optional.ofNullable(from.literal()).ifPresent(literal -> add("literal", literal));
    Optional.ofNullable(from.configMap()).ifPresent(ref -> ref("configMap", ref));
    Optional.ofNullable(from.secret()).ifPresent(ref -> ref("secret", ref));
  }

  private void ref(String tag, TemplateFrom.Ref ref) {
    add(tag, ref.name());
    ref.items().forEach(item -> add("item", item.key(), item.templateAs().name()));
  }

  /** Only the keys that are used: other keys of a shared ConfigMap change nothing. */
  private void sources(Plan plan, TemplateSources sources) {
    for (TemplateSource source : plan.templateSources()) {
      add("source", source.kind().text(), source.name());
      Map<String, byte[]> content = sources.content(source).orElse(Map.of());
      for (String key : plan.templateKeys(source)) {
        add("key", key);
        Optional.ofNullable(content.get(key))
            .ifPresent(
                template -> {
                  add("content");
                  parts.add(template);
                });
      }
    }
  }
}
