package dev.keyturn.restart.decide;

import io.fabric8.kubernetes.api.model.LabelSelector;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What workloads of all kinds have in common.
 *
 * @param wave lower ones first
 * @param marks of the pod template
 * @param references what the containers of the pod template read, or are said to read
 */
public record Subject(
    String kind,
    String namespace,
    String name,
    String uid,
    String resourceVersion,
    Instant createdAt,
    Consent consent,
    int wave,
    Marks marks,
    List<SecretUse> references,
    Optional<LabelSelector> selector) {

  public Subject {
    references = List.copyOf(references);
  }

  /**
   * Its pods are those of the other's template, and of its selector if it has none of its own. What
   * it names itself it reads as well.
   */
  Subject withTemplateOf(Subject other) {
    return new Subject(
        kind,
        namespace,
        name,
        uid,
        resourceVersion,
        createdAt,
        consent,
        wave,
        marks,
        Stream.concat(other.references.stream(), references.stream()).distinct().toList(),
        selector.or(other::selector));
  }

  public Subject marked(Marks others) {
    return new Subject(
        kind,
        namespace,
        name,
        uid,
        resourceVersion,
        createdAt,
        consent,
        wave,
        others,
        references,
        selector);
  }

  /** {@code Deployment shop/web}. */
  @Override
  public String toString() {
    return kind + " " + namespace + "/" + name;
  }

  /** What the annotation {@code keyturn.dev/restart} says. */
  public enum Consent {
    REFUSED,
    UNSAID,
    GIVEN
  }
}
