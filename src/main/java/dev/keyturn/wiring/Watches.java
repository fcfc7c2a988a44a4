package dev.keyturn.wiring;

import dev.keyturn.cluster.Namespaces;
import dev.keyturn.cluster.ReferencedObjects;
import dev.keyturn.cluster.SecretViews;
import io.javaoperatorsdk.operator.health.EventSourceHealthIndicator;
import io.javaoperatorsdk.operator.health.InformerHealthIndicator;
import io.javaoperatorsdk.operator.health.InformerWrappingEventSourceHealthIndicator;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** All watches of the API server, by names for people. */
final class Watches {
  private static final String NAMESPACES = "namespaces";
  private static final String SECRETS = "managed Secrets";

  private final Supplier<Map<String, Map<String, EventSourceHealthIndicator>>> unhealthy;
  private final Namespaces namespaces;
  private final SecretViews secrets;
  private final ReferencedObjects objects;

  /**
   * @param unhealthy by reconciler and name, as the framework has them
   */
  Watches(
      Supplier<Map<String, Map<String, EventSourceHealthIndicator>>> unhealthy,
      Namespaces namespaces,
      SecretViews secrets,
      ReferencedObjects objects) {
    this.unhealthy = unhealthy;
    this.namespaces = namespaces;
    this.secrets = secrets;
    this.objects = objects;
  }

  /** Those that have ended for good: none of them does by itself. */
  Set<String> ended() {
    Set<String> ended = reconcilers(informer -> !informer.isRunning());
    addUnless(namespaces.running(), NAMESPACES, ended);
    addUnless(secrets.running(), SECRETS, ended);
    return ended;
  }

  /** Those that hear of no change at this moment, be it that they are opened anew. */
  Set<String> unheard() {
    Set<String> unheard = reconcilers(informer -> !informer.isWatching());
    addUnless(namespaces.watching(), NAMESPACES, unheard);
    addUnless(secrets.watching(), SECRETS, unheard);
    objects
        .unheard()
        .forEach(
            it ->
                unheard.add(
                    "%s %s/%s"
                        .formatted(
                            it.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                            it.namespace(),
                            it.name())));
    return unheard;
  }

  private static void addUnless(boolean well, String name, Set<String> names) {
    if (!well) {
      names.add(name);
    }
  }

  private Set<String> reconcilers(Predicate<InformerHealthIndicator> is) {
    Set<String> names = new TreeSet<>();
    unhealthy
        .get()
        .forEach(
            (reconciler, sources) ->
                sources.forEach(
                    (name, source) ->
                        addUnless(
                            informers(source).noneMatch(is),
                            "%s of reconciler %s".formatted(name, reconciler),
                            names)));
    return names;
  }

  private static Stream<InformerHealthIndicator> informers(EventSourceHealthIndicator source) {
    return source instanceof InformerWrappingEventSourceHealthIndicator<?> informers
        ? informers.informerHealthIndicators().values().stream()
        : Stream.empty();
  }
}
