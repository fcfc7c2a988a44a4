package dev.keyturn.gotemplate.function;

import dev.keyturn.gotemplate.value.Bool;
import dev.keyturn.gotemplate.value.SemanticVersion;
import dev.keyturn.gotemplate.value.VersionConstraint;
import java.util.List;

/** Semantic versions. */
final class VersionFunctions {

  private VersionFunctions() {}

  static List<Function> functions() {
    return List.of(
        Function.of("semver", List.of(Type.STRING), a -> SemanticVersion.parse(a.text(0)))
            .costing(20),
        Function.of(
                "semverCompare",
                List.of(Type.STRING, Type.STRING),
                a ->
                    Bool.of(
                        VersionConstraint.parse(a.text(0), a.budget())
                            .accepts(SemanticVersion.parse(a.text(1)))))
            .costing(50));
  }
}
