package dev.keyturn.restart;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;

/** The restart reconciler in a process of its own, to be killed. Its argument is a kubeconfig. */
public final class StressedOperator {
  private StressedOperator() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    var config = Config.fromKubeconfig(Files.readString(Path.of(arguments[0])));
    try (var _ =
        RestartBed.start(
            new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new OkHttpClientFactory())
                .build(),
            Clock.systemUTC())) {
      Thread.currentThread().join();
    }
  }
}
