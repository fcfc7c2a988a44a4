package dev.keyturn.testbed;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Nothing else of its class runs meanwhile, as the methods of an integration test do otherwise: for
 * what kills or configures the operator that the others use, counts what it does for all, or
 * changes the nodes. On a class: none of its methods runs beside another.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ResourceLock(Alone.SHARED)
public @interface Alone {
  /** What all on a cluster share: its operator and its nodes. */
  String SHARED = "dev.keyturn.testbed.shared";
}
