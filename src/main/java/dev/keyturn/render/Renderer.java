package dev.keyturn.render;

import dev.keyturn.gotemplate.ParsedTemplates;
import dev.keyturn.gotemplate.Rendering;
import dev.keyturn.gotemplate.value.Allowance;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;

/** Makes a Secret of what was fetched. */
public final class Renderer {
  /** What Kubernetes allows as the sum of all values. */
  public static final long MAX_SIZE = 1024 * 1024;

  /** Each may need its whole memory; more of them at a time would not be faster. */
  private static final int AT_A_TIME = 2;

  private final Rendering rendering;
  private final ParsedTemplates parsed;
  private final Semaphore turns = new Semaphore(AT_A_TIME, true);

  /**
   * @param clock what {@code now} in a template tells
   * @param nanoTime measures how long templates take, as {@code System.nanoTime}
   * @param random where random and salted template functions get their bytes
   */
  public Renderer(InstantSource clock, LongSupplier nanoTime, SecureRandom random) {
    this(new Rendering(Allowance.STANDARD, clock, nanoTime, random));
  }

  private Renderer(Rendering rendering) {
    this(rendering, new ParsedTemplates(rendering.nanoTime()));
  }

  Renderer(Rendering rendering, ParsedTemplates parsed) {
    this.rendering = rendering;
    this.parsed = parsed;
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
              turns.acquireUninterruptibly();
              try {
                return new Rendered.Done(
                    content(plan, gathered, templateSources), gathered.missing());
              } catch (RenderException e) {
                return new Rendered.Failed(e.failure());
              } finally {
                turns.release();
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
    GoTemplates templates = new GoTemplates(rendering, parsed);
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
