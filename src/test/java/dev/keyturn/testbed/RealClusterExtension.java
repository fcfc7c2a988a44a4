package dev.keyturn.testbed;

import dev.keyturn.api.ExternalSecret;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

class RealClusterExtension
    implements ParameterResolver,
        BeforeEachCallback,
        AfterTestExecutionCallback,
        AfterEachCallback {
  /**
   * As many wait side by side as two cores can serve. JUnit has more threads than that, since it
   * runs the invocations of a method one after another on a thread that has much before it.
   */
  private static final Semaphore AT_ONCE = new Semaphore(8, true);

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
  public void beforeEach(ExtensionContext context) {
    AT_ONCE.acquireUninterruptibly();
  }

  @Override
  public void afterTestExecution(ExtensionContext context) {
    var namespace = context.getStore(STORE).get(Namespace.class, Namespace.class);
    if (namespace != null && context.getExecutionException().isPresent()) {
      var test =
          context.getRequiredTestClass().getSimpleName() + "." + namespace.getMetadata().getName();
      NamespaceDump.write(cluster(), namespace.getMetadata().getName(), test);
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    try {
      var namespace = context.getStore(STORE).remove(Namespace.class, Namespace.class);
      if (namespace != null) {
        leaveNothingToReconcile(namespace.getMetadata().getName());
        cluster().client().resource(namespace).delete();
      }
    } finally {
      AT_ONCE.release();
    }
  }

  /** A namespace takes its time to end, in which the operator of the next test would serve it. */
  private void leaveNothingToReconcile(String namespace) {
    try {
      var _ = cluster().client().resources(ExternalSecret.class).inNamespace(namespace).delete();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw e;
      }
      // No test has installed the CRDs yet.
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
