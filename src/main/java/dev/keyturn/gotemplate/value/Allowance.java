package dev.keyturn.gotemplate.value;

import java.time.Duration;

/**
 * How much one rendering may use. Any tenant may write a template, and all share one operator.
 *
 * @param input bytes of template text
 * @param output bytes of result
 * @param memory bytes of all strings and lists that one template makes on the way, kept or not
 * @param steps units of work; a plain call costs one, a key pair a million
 * @param depth nested actions, templates, lists
 * @param time wall clock, without that of key generation, which cannot be interrupted
 */
public record Allowance(
    long input, long output, long memory, long steps, int depth, Duration time) {

  /** What the operator allows: a Secret is at most 1 MiB. */
  public static final Allowance STANDARD =
      new Allowance(1 << 20, 1 << 20, 16 << 20, 10_000_000, 200, Duration.ofSeconds(2));
}
