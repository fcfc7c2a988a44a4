package dev.keyturn.testbed;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * What the calling thread has used of a processor, for limits that end what does not end by itself.
 * On a busy machine the clock on the wall goes on while a test does not.
 */
public final class ProcessorTime {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private ProcessorTime() {}

  public static long nanos() {
    return THREADS.getCurrentThreadCpuTime();
  }
}
