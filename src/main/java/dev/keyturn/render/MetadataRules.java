package dev.keyturn.render;

import dev.keyturn.api.Annotations;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Which labels and annotations a Secret gets. What the API server would refuse is refused here,
 * because it would tell the value.
 */
final class MetadataRules {
  private static final int MAX_ANNOTATIONS = 256 * 1024;
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
  private static final Pattern DOMAIN =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

  /**
   * By which Argo CD and Helm know what is theirs: they would prune a Secret that has them
   * ("Resource Tracking", Argo CD; "Labels and Annotations", Helm). And a wish about the
   * ExternalSecret alone.
   */
  private static final Set<String> NEVER_COPIED =
      Set.of(
          "app.kubernetes.io/instance",
          "app.kubernetes.io/managed-by",
          "argocd.argoproj.io/instance",
          "argocd.argoproj.io/tracking-id",
          Annotations.ESO_FORCE_SYNC,
          "helm.sh/chart");

  private MetadataRules() {}

  /** What a Secret without template takes over from its ExternalSecret. */
  static SortedMap<String, String> inherited(Map<String, String> ofExternalSecret) {
    SortedMap<String, String> kept = new TreeMap<>(ofExternalSecret);
    kept.keySet()
        .removeIf(
            key ->
                NEVER_COPIED.contains(key)
                    || key.startsWith("keyturn.dev/")
                    || key.startsWith("kubectl.kubernetes.io/")
                    || key.startsWith("kustomize.toolkit.fluxcd.io/")
                    || key.startsWith("helm.toolkit.fluxcd.io/")
                    || key.startsWith("meta.helm.sh/"));
    return kept;
  }

  static String label(String here, String key, byte[] value) throws RenderException {
    requireKey(here, key);
    String text = text(here, value);
    if (!text.isEmpty() && !NAME.matcher(text).matches()) {
      throw new RenderException(
          new RenderFailure.NotAccepted(
              here,
              "the template makes a value that a label cannot have (at most 63 letters, digits,"
                  + " '-', '_' and '.'): correct the template, or use an annotation"));
    }
    return text;
  }

  static String annotation(String here, String key, byte[] value) throws RenderException {
    requireKey(here, key);
    return text(here, value);
  }

  static void requireSize(SortedMap<String, String> annotations) throws RenderException {
    long size =
        annotations.entrySet().stream()
            .mapToLong(e -> utf8Length(e.getKey()) + utf8Length(e.getValue()))
            .sum();
    if (size > MAX_ANNOTATIONS) {
      throw new RenderException(
          new RenderFailure.NotAccepted(
              "spec.target.template",
              "the annotations would have "
                  + size
                  + " bytes, more than the 262144 that Kubernetes allows"));
    }
  }

  private static long utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /** A key may come from a template and hold a value: it is not told. */
  private static void requireKey(String here, String key) throws RenderException {
    int slash = key.indexOf('/');
    String domain = slash < 0 ? "" : key.substring(0, slash);
    boolean valid =
        NAME.matcher(key.substring(slash + 1)).matches()
            && (slash < 0 || (domain.length() <= 253 && DOMAIN.matcher(domain).matches()));
    if (!valid) {
      throw new RenderException(
          new RenderFailure.NotAccepted(
              here, "this makes a label or annotation whose key Kubernetes refuses"));
    }
    if (key.startsWith("keyturn.dev/") || key.startsWith("kubernetes.io/service-account.")) {
      throw new RenderException(
          new RenderFailure.NotAccepted(
              here,
              "labels and annotations in keyturn.dev/ and kubernetes.io/service-account. are not"
                  + " for templates: remove it"));
    }
  }

  private static String text(String here, byte[] value) throws RenderException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
    } catch (CharacterCodingException e) {
      throw new RenderException(
          new RenderFailure.NotAccepted(here, "the template makes bytes that are not UTF-8 text"));
    }
  }
}
