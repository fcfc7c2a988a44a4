package dev.keyturn.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Neighbours whose Secrets follow AWS. That something does not happen can be told only once the
 * same operator has had its turn: when a neighbour has been served after it.
 */
final class Witness {
  private static final String NAMESPACE = "witness";
  private static @Nullable Witness shared;

  /** Looked at when somebody asks for it. */
  private final Neighbour forced;

  /** Looked at by its interval of 5 seconds alone, the shortest there is. */
  private final Neighbour polled;

  private Witness(SyncBed bed) {
    forced = new Neighbour(bed, "forced", "1h");
    polled = new Neighbour(bed, "polled", "5s");
  }

  /** One for all tests, in a namespace of its own, so that no test counts its writes. */
  static synchronized Witness of(TestCluster cluster) {
    Witness known = shared;
    if (known == null) {
      known =
          new Witness(
              SyncBed.on(
                  cluster,
                  cluster
                      .client()
                      .resource(
                          new NamespaceBuilder()
                              .withNewMetadata()
                              .withName(NAMESPACE)
                              .endMetadata()
                              .build())
                      .create()));
      shared = known;
    }
    return known;
  }

  /** Twice, since what the first look met may lead to another one. */
  void servedTwice() {
    for (int i = 0; i < 2; i++) {
      forced.follows(forced.change(true));
    }
  }

  /** As many times as the interval led to a look. */
  void polled(int times) {
    for (int i = 0; i < times; i++) {
      polled.follows(polled.change(false));
    }
  }

  /** Tests that run side by side may wait for the same one: the value only grows. */
  private static final class Neighbour {
    private final SyncBed bed;
    private final String name;
    private int value;

    Neighbour(SyncBed bed, String name, String interval) {
      this.bed = bed;
      this.name = name;
      bed.secret(name, json());
      bed.extract(name, name, "refreshInterval: " + interval);
      bed.awaitReady(name);
    }

    synchronized int change(boolean ask) {
      value++;
      bed.change(name, json());
      if (ask) {
        bed.annotate(name, "keyturn.dev/force-sync=" + value);
      }
      return value;
    }

    void follows(int wanted) {
      Eventually.holds(
          () -> {
            Map<String, String> data = SyncBed.texts(bed.live(name).orElseThrow());
            assertThat(Integer.parseInt(data.get("value"))).isGreaterThanOrEqualTo(wanted);
          });
    }

    private String json() {
      return "{\"value\":\"%d\"}".formatted(value);
    }
  }
}
