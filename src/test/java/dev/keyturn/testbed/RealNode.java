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
 * As {@link RealCluster}, but on {@link TestCluster#withNode}, where containers run. Skipped, with
 * the reason, on machines that cannot do that.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ResourceLock(
    value = Alone.SHARED,
    mode = ResourceAccessMode.READ,
    target = ResourceLockTarget.CHILDREN)
@ExtendWith(RealNodeExtension.class)
public @interface RealNode {
  /** An image with busybox, whose entry point is its shell. */
  String BUSYBOX = "keyturn.dev/testbed/busybox:1";
}
