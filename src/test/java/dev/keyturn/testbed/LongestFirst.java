package dev.keyturn.testbed;

import java.util.Optional;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Begins with the method that {@link org.junit.jupiter.api.Order} names, so that what takes the
 * longest ends with the others. Unlike JUnit's own orderers it leaves them side by side.
 */
public final class LongestFirst extends MethodOrderer.OrderAnnotation {
  @Override
  public Optional<ExecutionMode> getDefaultExecutionMode() {
    return Optional.empty();
  }
}
