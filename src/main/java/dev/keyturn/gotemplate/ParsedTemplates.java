package dev.keyturn.gotemplate;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Scheduler;
import dev.keyturn.gotemplate.value.Budget;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Templates that were parsed a moment ago: resources made by one chart have the same ones, and the
 * template of a key is the same for all keys. Within a bound that holds against hostile templates,
 * and only as long as they are in use. Not for texts that are secret. All budgets have the same
 * limits.
 */
public final class ParsedTemplates {

  /** Hostile templates were seen to take 67 bytes for each of these. */
  private static final int MOST_CHARACTERS = 64 * 1024;

  private static final int LONGEST = 8 * 1024;

  /** What an empty template takes, in characters. */
  private static final int EACH = 64;

  private static final Duration UNUSED = Duration.ofMinutes(1);

  private final Cache<Source, Template> parsed;

  private record Source(String name, String text) {
    int weight() {
      return EACH + name.length() + text.length();
    }
  }

  /**
   * @param nanoTime tells how long a template was not used, as {@code System.nanoTime}
   */
  public ParsedTemplates(LongSupplier nanoTime) {
    this.parsed =
        Caffeine.newBuilder()
            .maximumWeight(MOST_CHARACTERS)
            .weigher((Source source, Template _) -> source.weight())
            .expireAfterAccess(UNUSED)
            .ticker(nanoTime::getAsLong)
            .scheduler(Scheduler.systemScheduler())
            .executor(Runnable::run)
            .build();
  }

  /** As {@link Template#parse(String, String, Budget)}, at the same price. */
  public Template parse(String name, String text, Budget budget) throws TemplateException {
    Source source = new Source(name, text);
    if (source.weight() > LONGEST) {
      return Template.parse(name, text, budget);
    }
    Template known = parsed.getIfPresent(source);
    if (known != null) {
      known.payForParsing(budget);
      return known;
    }
    Template template = Template.parse(name, text, budget);
    parsed.put(source, template);
    return template;
  }

  /** How many are held. */
  public long size() {
    parsed.cleanUp();
    return parsed.estimatedSize();
  }
}
