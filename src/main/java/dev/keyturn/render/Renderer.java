package dev.keyturn.render;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Makes a Secret of what was fetched. */
public final class Renderer {
  /** What Kubernetes allows as the sum of all values. */
  public static final long MAX_SIZE = 1024 * 1024;

  private final TemplateEngine engine;

  Renderer(TemplateEngine engine) {
    this.engine = engine;
  }

  public Renderer() {
    this(new PlainText());
  }

  /** Decides and renders; the same input gives the same output, random template functions aside. */
  public Rendered render(
      Plan plan, Request request, Fetched fetched, TemplateSources templateSources) {
    Gathered gathered = Gathered.of(request, fetched);
    if (!gathered.failures().isEmpty()) {
      return new Rendered.Unread(gathered.failures());
    }
    return withoutSource(plan, gathered)
        .orElseGet(
            () -> {
              try {
                return new Rendered.Done(
                    content(plan, gathered, templateSources), gathered.missing());
              } catch (RenderException e) {
                return new Rendered.Failed(e.failure());
              }
            });
  }

  /** What deletionPolicy says about entries whose source is gone, if that ends the matter. */
  private static Optional<Rendered> withoutSource(Plan plan, Gathered gathered) {
    return switch (plan.deletionPolicy()) {
      case RETAIN ->
          gathered.secretMissing() || gathered.allMissing()
              ? Optional.of(new Rendered.Kept(gathered.missing()))
              : Optional.empty();
      case DELETE ->
          gathered.allMissing()
              ? Optional.of(new Rendered.Gone(gathered.missing()))
              : Optional.empty();
      case MERGE -> Optional.empty();
    };
  }

  private SecretData content(Plan plan, Gathered gathered, TemplateSources templateSources)
      throws RenderException {
    KeyMapping mapping = new KeyMapping(engine);
    Map<String, byte[]> keys = new TreeMap<>();
    for (Gathered.Found found : gathered.found()) {
      keys.putAll(mapping.keys(found));
    }
    SecretData data =
        plan.template().isPresent()
            ? new Templating(engine, templateSources, keys)
                .apply(plan.template().get(), plan.immutable())
            : new SecretData(
                new TreeMap<>(keys),
                SecretData.OPAQUE,
                MetadataRules.inherited(plan.labels()),
                MetadataRules.inherited(plan.annotations()),
                List.of(),
                plan.immutable());
    MetadataRules.requireSize(data.annotations());
    if (data.size() > MAX_SIZE) {
      throw new RenderException(new RenderFailure.TooLarge("spec.target", data.size()));
    }
    return data;
  }

  /** Stands in until templates are built: text without an action is its own result. */
  private static final class PlainText implements TemplateEngine {
    @Override
    public byte[] render(String where, byte[] template, Map<String, byte[]> data)
        throws RenderException {
      if (new String(template, StandardCharsets.ISO_8859_1).contains("{{")) {
        throw new RenderException(
            new RenderFailure.NotBuilt(where, "templates with {{ }} come with a later version"));
      }
      return template;
    }
  }
}
