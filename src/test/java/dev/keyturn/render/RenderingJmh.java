package dev.keyturn.render;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs {@link RenderingBenchmark}, by hand: make jmh. */
class RenderingJmh {

  @Test
  void measures() throws RunnerException {
    var options = new OptionsBuilder().include(RenderingBenchmark.class.getSimpleName()).build();
    assertThat(new Runner(options).run()).isNotEmpty();
  }
}
