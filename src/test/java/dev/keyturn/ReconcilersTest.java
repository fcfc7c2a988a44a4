package dev.keyturn;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.keyturn.restart.RestartReconciler;
import dev.keyturn.sync.ExternalSecretReconciler;
import dev.keyturn.sync.store.ClusterSecretStoreReconciler;
import dev.keyturn.sync.store.SecretStoreReconciler;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the framework would do otherwise. */
class ReconcilersTest {
  /** It gives a resource up after five failures in a row. */
  @Test
  void everyReconcilerRetriesForever() {
    classes()
        .that()
        .implement(Reconciler.class)
        .and()
        .doNotHaveModifier(JavaModifier.ABSTRACT)
        .should()
        .beAnnotatedWith(GradualRetry.class)
        .check(
            new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.keyturn"));
  }

  /** Else each try ends in a stack trace, also where a user can have it fail. */
  @ParameterizedTest
  @ValueSource(
      classes = {
        ExternalSecretReconciler.class,
        SecretStoreReconciler.class,
        ClusterSecretStoreReconciler.class,
        RestartReconciler.class
      })
  void everyReconcilerSaysWhyItBrokeOff(Class<?> reconciler) throws Exception {
    assertThat(
            reconciler
                .getMethod("updateErrorStatus", HasMetadata.class, Context.class, Exception.class)
                .getDeclaringClass())
        .isNotEqualTo(Reconciler.class);
    try (var properties = reconciler.getResourceAsStream("/application.properties")) {
      assertThat(new String(properties.readAllBytes(), StandardCharsets.UTF_8))
          .as("and the framework does not")
          .contains(
              "\nquarkus.log.category.\"%s\".level=ERROR\n"
                  .formatted("io.javaoperatorsdk.operator.processing.event.EventProcessor"));
    }
  }
}
