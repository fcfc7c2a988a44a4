package dev.keyturn;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The package table of CONTRIBUTING.md; {@code sync.store} is a room inside of {@code sync}. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.keyturn");

  @ParameterizedTest(name = "{0} uses of ours only {1}")
  @CsvSource({
    "api,",
    "source, api ops",
    "aws, source rotation ops api",
    "gotemplate,",
    "render, gotemplate source ops api",
    "rotation, source ops api",
    "cluster, api source ops",
    "sync, cluster source render rotation ops api",
    "sync.store, cluster source render ops api",
    "sync.target, cluster source render ops api",
    "restart, cluster ops api",
    "restart.decide, ops api",
    "restart.gather, restart.decide cluster ops api",
    "restart.act, restart.decide restart.gather cluster ops api",
    "ops, api",
  })
  void packagesUseOnlyWhatTheTableAllows(String name, String allowed) {
    List<String> packages = new ArrayList<>(List.of("dev.keyturn." + name + ".."));
    if (allowed != null) {
      Stream.of(allowed.split(" ")).forEach(other -> packages.add("dev.keyturn." + other + ".."));
    }
    noClasses()
        .that()
        .resideInAPackage("dev.keyturn." + name + "..")
        .should()
        .dependOnClassesThat(
            DescribedPredicate.describe(
                "are ours and outside of " + packages,
                (JavaClass used) ->
                    used.getPackageName().startsWith("dev.keyturn")
                        && packages.stream()
                            .map(allowedPackage -> allowedPackage.replace("..", ""))
                            .noneMatch(
                                prefix ->
                                    used.getPackageName().equals(prefix)
                                        || used.getPackageName().startsWith(prefix + "."))))
        .check(CLASSES);
  }

  @ParameterizedTest(name = "{0} uses of aws only {1}")
  @CsvSource({
    "aws.call,",
    "aws.identity, aws.call",
    "aws.secretsmanager, aws.call aws.identity",
    "aws.parameterstore, aws.call aws.identity",
    "aws.queue, aws.call aws.identity",
  })
  void roomsOfAwsUseOnlyWhatIsBelow(String room, String below) {
    List<String> allowed = new ArrayList<>(List.of("dev.keyturn." + room));
    if (below != null) {
      Stream.of(below.split(" ")).forEach(other -> allowed.add("dev.keyturn." + other));
    }
    noClasses()
        .that()
        .resideInAPackage("dev.keyturn." + room)
        .should()
        .dependOnClassesThat(
            DescribedPredicate.describe(
                "are of aws and outside of " + allowed,
                (JavaClass used) ->
                    (used.getPackageName() + ".").startsWith("dev.keyturn.aws.")
                        && !allowed.contains(used.getPackageName())))
        .check(CLASSES);
  }

  @ParameterizedTest(name = "{0} only in {1}")
  @CsvSource({
    "software.amazon.awssdk.., aws",
    "io.javaoperatorsdk.., sync restart ops wiring",
    "io.quarkus.., sync restart ops wiring",
    "io.quarkiverse.., wiring",
    "io.fabric8.kubernetes.client.., cluster sync restart ops wiring",
  })
  void librariesStayWhereTheyBelong(String library, String where) {
    String[] packages =
        Stream.of(where.split(" "))
            .map(name -> "dev.keyturn." + name + "..")
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideOutsideOfPackages(packages)
        .and()
        // A custom resource is a class of the Fabric8 client.
        .resideOutsideOfPackage("dev.keyturn.api..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(CLASSES);
  }

  /** Neither among the rooms nor inside of one: each package by itself, sub-packages included. */
  @ParameterizedTest
  @ValueSource(strings = {"dev.keyturn.(*)..", "dev.keyturn.(**)"})
  void packagesHaveNoCycles(String slices) {
    slices().matching(slices).should().beFreeOfCycles().check(CLASSES);
  }

  /** What is decided follows from the snapshot and the time that is given. */
  @Test
  void restartsAreDecidedWithoutClientClockAndCache() {
    noClasses()
        .that()
        .resideInAPackage("dev.keyturn.restart.decide..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.fabric8.kubernetes.client..", "com.github.benmanes..", "io.micrometer..")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(java.time.InstantSource.class)
        .check(CLASSES);
  }

  @Test
  void timeComesFromTheClock() {
    noClasses()
        .that()
        .doNotHaveSimpleName("ClockProducer")
        .should()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(java.time.Clock.class, "systemUTC")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .check(CLASSES);
  }

  @Test
  void nothingStaticChanges() {
    fields().that().areStatic().should().haveModifier(JavaModifier.FINAL).check(CLASSES);
  }

  @Test
  void renderDoesNoInputOrOutput() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.keyturn.render..", "dev.keyturn.gotemplate..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.net..", "java.nio.file..")
        .check(CLASSES);
  }

  @Test
  void namesSayWhatAClassDoes() {
    // AWS Secrets Manager is called so.
    classes()
        .should()
        .haveNameNotMatching(".*(Utils?|Helpers?|(?<!Secrets)Manager)$")
        .check(CLASSES);
  }

  /** The template engine is a library, whose names are its own. */
  @Test
  void oneNameStandsForOneThing() {
    Map<String, Set<String>> classes =
        CLASSES.stream()
            .filter(JavaClass::isTopLevelClass)
            .filter(it -> !it.getSimpleName().equals("package-info"))
            .filter(it -> !it.getPackageName().startsWith("dev.keyturn.gotemplate"))
            .collect(groupingBy(JavaClass::getSimpleName, mapping(JavaClass::getName, toSet())));
    classes.values().removeIf(same -> same.size() == 1);
    assertThat(classes).isEmpty();
  }

  @Test
  void noClassIsLongerThanThreeHundredLines() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".java")).filter(this::tooLong))
          .isEmpty();
    }
  }

  /** Whoever looks for something reads the names of a package first. */
  @ParameterizedTest
  @ValueSource(strings = {"aws", "sync", "restart"})
  void noPackageOfALargeRoomHoldsMoreThanTwentyClasses(String room) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/main/java/dev/keyturn", room))) {
      assertThat(
              files
                  .filter(file -> file.toString().endsWith(".java"))
                  .filter(file -> !file.endsWith("package-info.java"))
                  .collect(groupingBy(Path::getParent, counting())))
          .allSatisfy((directory, classes) -> assertThat(classes).isLessThanOrEqualTo(20));
    }
  }

  private boolean tooLong(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count() > 300;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
