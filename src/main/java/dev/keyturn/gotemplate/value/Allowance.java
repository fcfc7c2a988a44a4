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
 * @param time of the processor, without that of functions that cost
 * @param dearTime of the processor, for the functions that cost: cryptography and new keys
 */
public record Allowance(
    long input, long output, long memory, long steps, int depth, Duration time, Duration dearTime) {

  /**
   * What the operator allows: a Secret is at most 1 MiB. An RSA key of 4096 bits took 8 to 30 s of
   * a processor with the chart's compiler, by luck: two of them end in time but once in thousands.
   */
  public static final Allowance STANDARD =
      new Allowance(
          1 << 20,
          1 << 20,
          16 << 20,
          10_000_000,
          200,
          Duration.ofSeconds(2),
          Duration.ofMinutes(2));

  /** The same, with fewer steps and less memory. */
  public Allowance within(long fewerSteps, long lessMemory) {
    return new Allowance(input, output, lessMemory, fewerSteps, depth, time, dearTime);
  }
}
