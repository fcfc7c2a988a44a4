package dev.keyturn.ops;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.RetryInfo;

/**
 * One that says itself why a reconcile broke off; the framework, whose stack traces are switched
 * off, only tries again.
 */
public interface ToldReconciler<R extends HasMetadata> extends Reconciler<R> {
  /**
   * @param tries that failed before
   */
  void brokeOff(R resource, int tries, Exception why);

  @Override
  default ErrorStatusUpdateControl<R> updateErrorStatus(
      R resource, Context<R> context, Exception why) {
    brokeOff(resource, context.getRetryInfo().map(RetryInfo::getAttemptCount).orElse(0), why);
    return ErrorStatusUpdateControl.defaultErrorProcessing();
  }
}
