package dev.keyturn.restart.gather;

import static java.util.stream.Collectors.toSet;

import dev.keyturn.restart.decide.SecretUse;
import dev.keyturn.restart.decide.SecretUse.Via;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the containers of a pod read of which Secrets, by <a
 * href="https://kubernetes.io/docs/concepts/configuration/secret/#using-secrets">Using Secrets</a>.
 * {@code imagePullSecrets} and the credentials of volume drivers count for nobody: a running
 * container does not use them.
 */
final class SecretUses {
  private static final int MOST_NAMED = 20;
  private static final int LONGEST_NAME = 253;
  private static final String NAME = "[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?";

  private SecretUses() {}

  /**
   * What a workload says that it reads, and what its pods do by reference.
   *
   * @param named names with commas between them; what is none, or one too many, is passed over
   */
  static List<SecretUse> of(@Nullable PodSpec spec, Optional<String> named) {
    return named.isEmpty()
        ? of(spec)
        : Stream.concat(of(spec).stream(), named(named.get()).map(SecretUse::named)).toList();
  }

  private static Stream<String> named(String names) {
    int bound = Math.min(names.length(), MOST_NAMED * (LONGEST_NAME + 2));
    return Stream.of(names.substring(0, bound).split(",", -1))
        .map(String::strip)
        .filter(name -> name.matches(NAME))
        .distinct()
        .limit(MOST_NAMED);
  }

  static List<SecretUse> of(@Nullable PodSpec spec) {
    if (spec == null) {
      return List.of();
    }
    return Stream.concat(spec.getInitContainers().stream(), spec.getContainers().stream())
        .flatMap(container -> of(container, spec.getVolumes()))
        .distinct()
        .toList();
  }

  private static Stream<SecretUse> of(Container container, List<Volume> volumes) {
    String name = container.getName();
    return Stream.of(
            container.getEnv().stream().flatMap(variable -> environment(name, variable)),
            container.getEnvFrom().stream().flatMap(source -> environment(name, source)),
            container.getVolumeMounts().stream()
                .flatMap(
                    mount ->
                        volumes.stream()
                            .filter(volume -> Objects.equals(volume.getName(), mount.getName()))
                            .flatMap(SecretUses::contents)
                            .flatMap(content -> content.in(name, mount))))
        .flatMap(references -> references);
  }

  private static Stream<SecretUse> environment(String container, EnvVar variable) {
    return Optional.ofNullable(variable.getValueFrom()).map(EnvVarSource::getSecretKeyRef).stream()
        .filter(secret -> secret.getName() != null)
        .map(
            secret ->
                new SecretUse(
                    secret.getName(),
                    Optional.ofNullable(secret.getKey()),
                    container,
                    Via.ENVIRONMENT,
                    isTrue(secret.getOptional())));
  }

  private static Stream<SecretUse> environment(String container, EnvFromSource source) {
    return Optional.ofNullable(source.getSecretRef()).stream()
        .filter(secret -> secret.getName() != null)
        .map(
            secret ->
                new SecretUse(
                    secret.getName(),
                    Optional.empty(),
                    container,
                    Via.ENVIRONMENT,
                    isTrue(secret.getOptional())));
  }

  private static Stream<Content> contents(Volume volume) {
    Stream<Content> whole =
        Optional.ofNullable(volume.getSecret()).stream()
            .filter(secret -> secret.getSecretName() != null)
            .map(
                secret ->
                    new Content(
                        secret.getSecretName(), secret.getItems(), isTrue(secret.getOptional())));
    Stream<Content> projected =
        Optional.ofNullable(volume.getProjected()).stream()
            .flatMap(projection -> projection.getSources().stream())
            .map(VolumeProjection::getSecret)
            .filter(secret -> secret != null && secret.getName() != null)
            .map(
                secret ->
                    new Content(secret.getName(), secret.getItems(), isTrue(secret.getOptional())));
    return Stream.concat(whole, projected);
  }

  private static boolean isTrue(@Nullable Boolean value) {
    return Boolean.TRUE.equals(value);
  }

  /** What a volume holds of one Secret. */
  private record Content(String secret, List<KeyToPath> items, boolean optional) {

    /**
     * A kubelet makes an empty folder of a file that is not there, and no volume without an item.
     */
    Stream<SecretUse> in(String container, VolumeMount mount) {
      Optional<String> file = subPath(mount);
      Via via = file.isPresent() ? Via.SUB_PATH : Via.VOLUME;
      if (items.isEmpty()) {
        return Stream.of(
            new SecretUse(secret, file.filter(this::isKey), container, via, optional, Set.of()));
      }
      Set<String> requires =
          optional ? Set.of() : items.stream().map(KeyToPath::getKey).collect(toSet());
      return items.stream()
          .filter(item -> file.isEmpty() || lies(item.getPath(), file.get()))
          .map(
              item ->
                  new SecretUse(
                      secret, Optional.of(item.getKey()), container, via, optional, requires));
    }

    private static Optional<String> subPath(VolumeMount mount) {
      return Stream.of(mount.getSubPath(), mount.getSubPathExpr())
          .filter(path -> path != null && !path.isEmpty())
          .findFirst();
    }

    /** A plain file name; an expression such as {@code $(NAME)} may stand for any key. */
    private boolean isKey(String file) {
      return file.matches("[-._a-zA-Z0-9]+");
    }

    private boolean lies(String path, String under) {
      return !isPath(under) || path.equals(under) || path.startsWith(under + "/");
    }

    private static boolean isPath(String file) {
      return !file.contains("$(");
    }
  }
}
