package dev.keyturn.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WakeupSourceTest {
  private static final ConfigMap OLD = one("old");
  private static final ConfigMap NEW = one("new");

  private final Map<ResourceID, ConfigMap> there = new HashMap<>();
  private final List<String> forgotten = new ArrayList<>();
  private final List<Event> woken = new ArrayList<>();
  private final WakeupSource<ConfigMap> source = new WakeupSource<>();

  @BeforeEach
  void start() {
    source.whenGone(new Known(), it -> forgotten.add(it.getMetadata().getUid()));
    source.setEventHandler(woken::add);
    source.start();
  }

  @Test
  void what_is_still_there_is_remembered() {
    comes(OLD);
    assertThat(source.whileThere(OLD, () -> "done")).isEqualTo("done");
    assertThat(forgotten).isEmpty();
    assertThat(woken).isEmpty();
  }

  @Test
  void a_deletion_is_told() {
    source.onResourceDeleted(OLD);
    assertThat(forgotten).containsExactly("old");
  }

  @Test
  void what_is_noted_after_the_deletion_is_forgotten_as_well() {
    comes(OLD);
    source.whileThere(
        OLD,
        () -> {
          there.clear();
          source.onResourceDeleted(OLD);
          return "followed";
        });
    assertThat(forgotten).containsExactly("old", "old");
    assertThat(woken).isEmpty();
  }

  @Test
  void who_has_its_name_by_then_looks_again() {
    comes(OLD);
    source.whileThere(
        OLD,
        () -> {
          comes(NEW);
          return "followed";
        });
    assertThat(forgotten).containsExactly("old");
    assertThat(woken)
        .singleElement()
        .satisfies(
            event ->
                assertThat(event.getRelatedCustomResourceID())
                    .isEqualTo(ResourceID.fromResource(NEW)));
  }

  @Test
  void a_failure_hides_nothing() {
    assertThatThrownBy(
            () ->
                source.whileThere(
                    OLD,
                    () -> {
                      throw new IllegalStateException("broken");
                    }))
        .hasMessage("broken");
    assertThat(forgotten).containsExactly("old");
  }

  @Test
  void one_that_took_the_name_unseen_means_the_other_is_gone() {
    source.onResourceUpdated(NEW, OLD);
    source.onResourceUpdated(NEW, NEW);
    assertThat(forgotten).containsExactly("old");
  }

  private void comes(ConfigMap resource) {
    there.put(ResourceID.fromResource(resource), resource);
  }

  private static ConfigMap one(String uid) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withNamespace("shop")
        .withName("db")
        .withUid(uid)
        .endMetadata()
        .build();
  }

  private final class Known implements Cache<ConfigMap> {
    @Override
    public Optional<ConfigMap> get(ResourceID id) {
      return Optional.ofNullable(there.get(id));
    }

    @Override
    public Stream<ResourceID> keys() {
      return there.keySet().stream();
    }

    @Override
    public Stream<ConfigMap> list(Predicate<ConfigMap> predicate) {
      return there.values().stream().filter(predicate);
    }
  }
}
