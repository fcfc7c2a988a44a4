package dev.keyturn.sync;

import dev.keyturn.cluster.ObjectRef;
import dev.keyturn.cluster.ReferencedObjects;
import dev.keyturn.cluster.SecretViews;
import dev.keyturn.ops.OutOfPatience;
import dev.keyturn.ops.Patience;
import dev.keyturn.render.Plan;
import dev.keyturn.render.RenderFailure;
import dev.keyturn.render.TemplateSource;
import dev.keyturn.render.TemplateSources;
import dev.keyturn.rotation.Dependant;
import dev.keyturn.rotation.Wakeup;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the ConfigMaps and Secrets that hold templates within a bound of memory, whatever is named:
 * each may have 1 MiB, and there may be a hundred of them.
 */
final class TemplateReader {
  /** What the templates of one sync may have in all. */
  static final int MOST_BYTES = 2 << 20;

  /** What a sync may hold without a turn: fifty reconcilers hold 12 MiB by it. */
  static final int FEW_BYTES = 256 << 10;

  /** Syncs that hold more at a time: 12 MiB. One namespace has two of them. */
  static final Patience.Limits LARGE_AT_A_TIME =
      new Patience.Limits(2, 4, 6, Duration.ZERO, Duration.ZERO);

  /** Until only what is named of it is left, an object of 1 MiB takes some 8 MiB. */
  static final int READ_AT_A_TIME = 4;

  private final ReferencedObjects objects;
  private final SecretViews secrets;
  private final Patience large;
  private final Wakeup wakeup;
  private final Semaphore reads = new Semaphore(READ_AT_A_TIME, true);

  /**
   * @param large by {@link #LARGE_AT_A_TIME}
   * @param wakeup for whoever had no turn, and may have one now
   */
  TemplateReader(ReferencedObjects objects, SecretViews secrets, Patience large, Wakeup wakeup) {
    this.objects = objects;
    this.secrets = secrets;
    this.large = large;
    this.wakeup = wakeup;
  }

  static Set<ObjectRef> uses(Plan plan, String namespace) {
    Set<ObjectRef> uses = new HashSet<>();
    plan.templateSources()
        .forEach(source -> uses.add(new ObjectRef(kind(source), namespace, source.name())));
    return uses;
  }

  /**
   * Does the work with the templates, and has the turn that they may need until it is done.
   *
   * @throws OutOfPatience when they are large, and others have the turns
   */
  <T> T with(
      Plan plan,
      Dependant dependant,
      Function<TemplateSources, T> work,
      Function<RenderFailure, T> tooLarge) {
    Set<TemplateSource> sources = plan.templateSources();
    Map<TemplateSource, Map<String, byte[]>> contents = new HashMap<>();
    Optional<Patience.Wait> turn = Optional.empty();
    try {
      long bytes = 0;
      int read = 0;
      for (TemplateSource source : sources) {
        Optional<Map<String, byte[]>> content =
            content(source, plan.templateKeys(source), dependant.namespace());
        content.ifPresent(it -> contents.put(source, it));
        bytes +=
            content.stream().flatMap(it -> it.values().stream()).mapToLong(it -> it.length).sum();
        read++;
        if (bytes > MOST_BYTES) {
          contents.clear();
          return tooLarge.apply(tooLarge(read, sources.size(), bytes));
        }
        if (bytes > FEW_BYTES && turn.isEmpty()) {
          turn = Optional.of(large.begin(waiter(dependant)));
        }
      }
      return work.apply(new TemplateSources(contents));
    } finally {
      turn.ifPresent(Patience.Wait::close);
    }
  }

  private Patience.Waiter waiter(Dependant dependant) {
    return new Patience.Waiter(
        dependant.namespace(), dependant.name(), () -> wakeup.wake(dependant));
  }

  private static RenderFailure tooLarge(int read, int sources, long bytes) {
    return new RenderFailure.TooMuch(
        "spec.target.template.templateFrom",
        "the first %d of the %d ConfigMaps and Secrets have templates of %d bytes, more than the %d that one ExternalSecret may read"
            .formatted(read, sources, bytes, MOST_BYTES));
  }

  /** Of the keys that are named alone. */
  private Optional<Map<String, byte[]>> content(
      TemplateSource source, Set<String> keys, String namespace) {
    reads.acquireUninterruptibly();
    try {
      return switch (source.kind()) {
        case CONFIG_MAP ->
            objects
                .configMap(namespace, source.name())
                .map(
                    map -> {
                      Map<String, byte[]> kept =
                          kept(keys, map.getData(), text -> text.getBytes(StandardCharsets.UTF_8));
                      kept.putAll(kept(keys, map.getBinaryData(), Base64.getDecoder()::decode));
                      return kept;
                    });
        case SECRET ->
            objects
                .secret(namespace, source.name())
                .flatMap(_ -> secrets.read(namespace, source.name()))
                .map(secret -> kept(keys, secret.getData(), Base64.getDecoder()::decode));
      };
    } finally {
      reads.release();
    }
  }

  private static Map<String, byte[]> kept(
      Set<String> keys, @Nullable Map<String, String> data, Function<String, byte[]> bytes) {
    Map<String, byte[]> kept = new HashMap<>();
    if (data != null) {
      data.forEach(
          (key, text) -> {
            if (keys.contains(key)) {
              kept.put(key, bytes.apply(text));
            }
          });
    }
    return kept;
  }

  private static ObjectRef.Kind kind(TemplateSource source) {
    return switch (source.kind()) {
      case CONFIG_MAP -> ObjectRef.Kind.CONFIG_MAP;
      case SECRET -> ObjectRef.Kind.SECRET;
    };
  }
}
