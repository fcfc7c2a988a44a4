package dev.keyturn.render;

import dev.keyturn.gotemplate.ParsedTemplates;
import dev.keyturn.gotemplate.Rendering;
import dev.keyturn.gotemplate.value.Allowance;
import dev.keyturn.gotemplate.value.Budget;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** Makes a Secret of what was fetched. */
public final class Renderer {
  /** What Kubernetes allows as the sum of all values. */
  public static final long MAX_SIZE = 1024 * 1024;

  /** What took at most 5 ms, by the worst templates of the tests. */
  private static final Allowance QUICK = Allowance.STANDARD.within(20_000, 1 << 20);

  private final Rendering rendering;
  private final Rendering quick;
  private final ParsedTemplates parsed;

  /**
   * @param clock what {@code now} in a template tells
   * @param nanoTime measures how long a parsed template was not used, as {@code System.nanoTime}
   * @param workTime measures what time templates take, see {@link Budget}
   * @param random where random and salted template functions get their bytes
   */
  public Renderer(
      InstantSource clock, LongSupplier nanoTime, LongSupplier workTime, SecureRandom random) {
    this(new Rendering(Allowance.STANDARD, clock, workTime, random), new ParsedTemplates(nanoTime));
  }

  Renderer(Rendering rendering, ParsedTemplates parsed) {
    this.rendering = rendering;
    this.quick = new Rendering(QUICK, rendering.clock(), () -> 0, rendering.random());
    this.parsed = parsed;
  }

  /** As {@link #render}, but empty where that may take longer than some milliseconds. */
  public Optional<Rendered> renderQuickly(
      Plan plan, Request request, Fetched fetched, TemplateSources templateSources) {
    GoTemplates templates = new GoTemplates(quick, parsed);
    Rendered rendered = render(plan, request, fetched, templateSources, templates);
    return templates.isExceeded() || isTooMuch(rendered) ? Optional.empty() : Optional.of(rendered);
  }

  private static boolean isTooMuch(Rendered rendered) {
    return rendered instanceof Rendered.Failed(RenderFailure.TooMuch _);
  }

  /** Decides and renders; the same input gives the same output, random template functions aside. */
  public Rendered render(
      Plan plan, Request request, Fetched fetched, TemplateSources templateSources) {
    return render(plan, request, fetched, templateSources, new GoTemplates(rendering, parsed));
  }

  private static Rendered render(
      Plan plan,
      Request request,
      Fetched fetched,
      TemplateSources templateSources,
      GoTemplates templates) {
    Gathered gathered = Gathered.of(request, fetched);
    if (!gathered.failures().isEmpty()) {
      return new Rendered.Unread(gathered.failures());
    }
    return withoutSource(plan, gathered)
        .orElseGet(
            () -> {
              try {
                return new Rendered.Done(
                    content(plan, gathered, templateSources, templates), gathered.missing());
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

  private static SecretData content(
      Plan plan, Gathered gathered, TemplateSources templateSources, GoTemplates templates)
      throws RenderException {
    KeyMapping mapping = new KeyMapping(templates);
    Map<String, byte[]> keys = new TreeMap<>();
    for (Gathered.Filled found : gathered.filled()) {
      keys.putAll(mapping.keys(found));
    }
    SecretData data =
        plan.template().isPresent()
            ? new Templating(templates, templateSources, keys)
                .apply(plan.template().get(), plan.immutable())
            : new SecretData(
                new TreeMap<>(keys),
                Collections.emptySortedSet(),
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
}
