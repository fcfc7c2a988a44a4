package dev.keyturn;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.keyturn.testbed.Alone;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What holds for the tests themselves. */
class TestRulesTest {
  private static final JavaClasses TESTS =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
          .importPackages("dev.keyturn");

  /** To begin somewhere in the middle of something, or to be slow, and never to wait for it. */
  private static final String MAY_PAUSE =
      "dev\\.keyturn\\.(testbed\\.Eventually|sync\\.KillIT|aws\\.call\\.ConnectionReuseTest"
          + "|aws\\.queue\\.SqsQueueTest|restart\\.RestartStress|bench\\..*|.*\\.jmh_generated\\..*)";

  private static final Set<String> ENDS =
      Set.of(
          "dev.keyturn.sync.SyncBed.crash",
          "dev.keyturn.testbed.RunningOperator.kill",
          "dev.keyturn.testbed.RunningOperator.stop",
          "dev.keyturn.testbed.RunningOperator.none");

  @Test
  void theyWaitByEventually() {
    noClasses().should().dependOnClassesThat().resideInAPackage("org.awaitility..").check(TESTS);
    noClasses()
        .that(nameMatching(MAY_PAUSE).negate().forSubtype())
        .should()
        .callMethodWhere(
            target(nameMatching("sleep|park(Nanos|Until)?|waitUntil(Condition|Ready)")))
        .because("a pause is too short on a busy machine and too long on any other")
        .check(TESTS);
  }

  /** Else its neighbours, which run at the same time, are without one. */
  @Test
  void whoEndsTheOperatorIsAlone() {
    methods()
        .that(
            describe(
                "end the operator that others use",
                (JavaMethod method) ->
                    method.getMethodCallsFromSelf().stream()
                        .anyMatch(
                            call ->
                                ENDS.contains(
                                    call.getTarget().getFullName().replaceAll("\\(.*", "")))))
        .and()
        .areDeclaredInClassesThat()
        .haveSimpleNameEndingWith("IT")
        .should()
        .beAnnotatedWith(Alone.class)
        .orShould()
        .beDeclaredInClassesThat()
        .areAnnotatedWith(Alone.class)
        .orShould()
        // Each of its tests is ready to be without one.
        .beDeclaredInClassesThat()
        .haveSimpleName("KillIT")
        .check(TESTS);
  }
}
