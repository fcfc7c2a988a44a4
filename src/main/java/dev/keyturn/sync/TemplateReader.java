package dev.keyturn.sync;

import dev.keyturn.cluster.ObjectRef;
import dev.keyturn.cluster.ReferencedObjects;
import dev.keyturn.cluster.SecretView;
import dev.keyturn.cluster.SecretViews;
import dev.keyturn.render.Plan;
import dev.keyturn.render.TemplateSource;
import dev.keyturn.render.TemplateSources;
import io.fabric8.kubernetes.api.model.ConfigMap;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the ConfigMaps and Secrets that hold templates. */
final class TemplateReader {
  private final ReferencedObjects objects;
  private final SecretViews secrets;

  TemplateReader(ReferencedObjects objects, SecretViews secrets) {
    this.objects = objects;
    this.secrets = secrets;
  }

  static Set<ObjectRef> uses(Plan plan, String namespace) {
    Set<ObjectRef> uses = new HashSet<>();
    plan.templateSources()
        .forEach(source -> uses.add(new ObjectRef(kind(source), namespace, source.name())));
    return uses;
  }

  TemplateSources read(Plan plan, String namespace) {
    Map<TemplateSource, Map<String, byte[]>> contents = new HashMap<>();
    for (TemplateSource source : plan.templateSources()) {
      content(source, namespace).ifPresent(content -> contents.put(source, content));
    }
    return new TemplateSources(contents);
  }

  private Optional<Map<String, byte[]>> content(TemplateSource source, String namespace) {
    return switch (source.kind()) {
      case CONFIG_MAP -> objects.configMap(namespace, source.name()).map(TemplateReader::bytes);
      case SECRET ->
          objects
              .secret(namespace, source.name())
              .flatMap(view -> secrets.read(namespace, source.name()))
              .map(SecretView::bytes);
    };
  }

  private static Map<String, byte[]> bytes(ConfigMap map) {
    Map<String, byte[]> bytes = new HashMap<>();
    if (map.getData() != null) {
      map.getData().forEach((key, value) -> bytes.put(key, value.getBytes(StandardCharsets.UTF_8)));
    }
    if (map.getBinaryData() != null) {
      map.getBinaryData()
          .forEach((key, value) -> bytes.put(key, Base64.getDecoder().decode(value)));
    }
    return bytes;
  }

  private static ObjectRef.Kind kind(TemplateSource source) {
    return switch (source.kind()) {
      case CONFIG_MAP -> ObjectRef.Kind.CONFIG_MAP;
      case SECRET -> ObjectRef.Kind.SECRET;
    };
  }
}
