package dev.keyturn;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What holds for the tests themselves. */
class TestRulesTest {
  private static final JavaClasses TESTS =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
          .importPackages("dev.keyturn");

  /** To begin somewhere in the middle of something, or to be slow, and never to wait for it. */
  private static final String MAY_PAUSE =
      "dev\\.keyturn\\.(testbed\\.Eventually|sync\\.KillIT|aws\\.ConnectionReuseTest"
          + "|aws\\.SqsQueueTest|restart\\.RestartStress|bench\\..*|.*\\.jmh_generated\\..*)";

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
}
