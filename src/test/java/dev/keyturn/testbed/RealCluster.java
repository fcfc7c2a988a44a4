package dev.keyturn.testbed;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.ResourceLockTarget;

/**
 * The test runs against {@link TestCluster}. Its parameters may be {@code TestCluster}, {@code
 * KubernetesClient} and {@code Namespace}: the last is the test's own, goes after it, and is
 * written to target/dumps first if the test fails. Namespaces keep the tests of a class apart,
 * which run side by side: see {@link Alone} for those that cannot.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ResourceLock(
    value = Alone.SHARED,
    mode = ResourceAccessMode.READ,
    target = ResourceLockTarget.CHILDREN)
@ExtendWith(RealClusterExtension.class)
public @interface RealCluster {}
