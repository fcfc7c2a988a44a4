package dev.keyturn.testbed;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

class RealClusterExtension
    implements ParameterResolver, AfterTestExecutionCallback, AfterEachCallback {
  private static final ExtensionContext.Namespace STORE =
      ExtensionContext.Namespace.create(RealClusterExtension.class);
  private static final Set<Class<?>> TYPES =
      Set.of(TestCluster.class, KubernetesClient.class, Namespace.class);

  TestCluster cluster() {
    return TestCluster.shared();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    var type = parameter.getParameter().getType();
    return TYPES.contains(type) && (type != Namespace.class || context.getTestMethod().isPresent());
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    var type = parameter.getParameter().getType();
    if (type == TestCluster.class) {
      return cluster();
    }
    if (type == KubernetesClient.class) {
      return cluster().client();
    }
    return context
        .getStore(STORE)
        .computeIfAbsent(
            Namespace.class, _ -> cluster().newNamespace(prefix(context)), Namespace.class);
  }

  @Override
  public void afterTestExecution(ExtensionContext context) {
    var namespace = context.getStore(STORE).get(Namespace.class, Namespace.class);
    if (namespace != null && context.getExecutionException().isPresent()) {
      var test =
          context.getRequiredTestClass().getSimpleName()
              + "."
              + context.getRequiredTestMethod().getName();
      NamespaceDump.write(cluster(), namespace.getMetadata().getName(), test);
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    var namespace = context.getStore(STORE).remove(Namespace.class, Namespace.class);
    if (namespace != null) {
      cluster().client().resource(namespace).delete();
    }
  }

  /** Such as "replicas-become-available" for replicasBecomeAvailable. */
  private static String prefix(ExtensionContext context) {
    var words =
        context
            .getRequiredTestMethod()
            .getName()
            .replaceAll("([A-Z])", "-$1")
            .replaceAll("[^A-Za-z0-9-]+", "-");
    var name = words.toLowerCase(Locale.ROOT).replaceAll("^-+", "");
    return name.substring(0, Math.min(name.length(), 50)).replaceAll("-+$", "");
  }
}
