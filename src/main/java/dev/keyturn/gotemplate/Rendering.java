package dev.keyturn.gotemplate;

import dev.keyturn.gotemplate.function.World;
import dev.keyturn.gotemplate.value.Allowance;
import dev.keyturn.gotemplate.value.Budget;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * What a rendering may use of the world around it.
 *
 * @param allowance how much it may use up
 * @param clock what {@code now} tells
 * @param nanoTime measures how long it takes, as {@code System.nanoTime}
 * @param random where random and salted functions get their bytes
 */
public record Rendering(
    Allowance allowance, InstantSource clock, LongSupplier nanoTime, SecureRandom random) {

  World world(Budget budget) {
    return new World(budget, clock, random);
  }
}
