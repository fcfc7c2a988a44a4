package dev.keyturn.testbed;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The test runs against {@link TestCluster}. Its parameters may be {@code TestCluster}, {@code
 * KubernetesClient} and {@code Namespace}: the last is the test's own, goes after it, and is
 * written to target/dumps first if the test fails.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(RealClusterExtension.class)
public @interface RealCluster {}
