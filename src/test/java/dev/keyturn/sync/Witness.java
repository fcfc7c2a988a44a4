package dev.keyturn.sync;

import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A neighbour whose Secret follows AWS. That something does not happen can be told only once the
 * same operator has had its turn: when the neighbour has been served after it.
 */
final class Witness {
  private static final String NAME = "witness";
  private static @Nullable Witness shared;

  private final SyncBed bed;
  private int value;

  private Witness(SyncBed bed) {
    this.bed = bed;
    bed.secret(NAME, json());
    bed.extract(NAME, NAME, "refreshInterval: 5s");
    bed.awaitReady(NAME);
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
                              .withName(NAME)
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
      change();
      bed.annotate(NAME, "keyturn.dev/force-sync=" + value);
      follows();
    }
  }

  /** Found only by its interval of 5 seconds, the shortest there is. */
  void polled(int times) {
    for (int i = 0; i < times; i++) {
      change();
      follows();
    }
  }

  private void change() {
    value++;
    bed.change(NAME, json());
  }

  private void follows() {
    bed.awaitSecret(NAME, Map.of("value", Integer.toString(value)));
  }

  private String json() {
    return "{\"value\":\"%d\"}".formatted(value);
  }
}
