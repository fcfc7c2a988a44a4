package dev.keyturn.restart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every annotation and flag that Reloader 1.4.21 knows has its place in the page. */
class ReloaderPageTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "reloader.stakater.com/auto",
        "reloader.stakater.com/search",
        "reloader.stakater.com/match",
        "reloader.stakater.com/ignore",
        "reloader.stakater.com/rollout-strategy",
        "reloader.stakater.com/last-reloaded-from",
        "secret.reloader.stakater.com/auto",
        "secret.reloader.stakater.com/reload",
        "secrets.exclude.reloader.stakater.com/reload",
        "configmap.reloader.stakater.com/auto",
        "configmap.reloader.stakater.com/reload",
        "configmaps.exclude.reloader.stakater.com/reload",
        "secretproviderclass.reloader.stakater.com/auto",
        "secretproviderclass.reloader.stakater.com/reload",
        "secretproviderclasses.exclude.reloader.stakater.com/reload",
        "deployment.reloader.stakater.com/pause-period",
        "paused-at",
        "--auto-reload-all",
        "--reload-strategy",
        "--reload-on-create",
        "--reload-on-delete",
        "--sync-after-restart",
        "--is-Argo-Rollouts",
        "--enable-ha",
        "--ignored-workload-types",
        "--resources-to-ignore",
        "--resource-label-selector",
        "--enable-csi-integration",
        "--namespaces",
        "--namespace-selector",
        "--namespaces-to-ignore",
        "--webhook-url"
      })
  void names(String mark) throws IOException {
    assertThat(Files.readString(Path.of("src/docs/migrating-from-reloader.md")))
        .containsPattern("`[^`]*" + java.util.regex.Pattern.quote(mark) + "[^`]*`");
  }
}
