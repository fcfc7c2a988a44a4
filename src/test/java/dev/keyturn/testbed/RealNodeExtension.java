package dev.keyturn.testbed;

import java.util.List;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

final class RealNodeExtension extends RealClusterExtension implements ExecutionCondition {
  @Override
  TestCluster cluster() {
    return TestCluster.withNode();
  }

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (context.getTestMethod().isPresent()) {
      return ConditionEvaluationResult.enabled("asked for the class");
    }
    var script = Launcher.projectRoot().resolve("src/test/testbed/testbed").toString();
    var reason =
        Command.run("", List.of("bash", "-c", "\"$1\" can-run-node || true", "-", script)).strip();
    return reason.isEmpty()
        ? ConditionEvaluationResult.enabled("this machine can run a node")
        : ConditionEvaluationResult.disabled(reason);
  }
}
