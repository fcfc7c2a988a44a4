package dev.keyturn.render.template.function;

import dev.keyturn.render.template.go.Bool;
import dev.keyturn.render.template.go.SemanticVersion;
import dev.keyturn.render.template.go.VersionConstraint;
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
