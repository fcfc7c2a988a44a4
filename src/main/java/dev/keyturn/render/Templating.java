package dev.keyturn.render;

import dev.keyturn.api.DecodingStrategy;
import dev.keyturn.api.Template;
import dev.keyturn.api.TemplateFrom;
import dev.keyturn.gotemplate.value.Dict;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Makes a Secret from a template and the fetched keys. {@code templateFrom} first, in its order;
 * then {@code data} and {@code metadata}, which win.
 */
final class Templating {
  private static final String HERE = "spec.target.template";

  /** To read a byte of it, than one of JSON. */
  private static final long YAML_IS_SO_MUCH_DEARER = 16;

  /** By the type of the Secret, the key that has to hold JSON. */
  private static final Map<String, String> DOCKER_CONFIGS =
      Map.of(
          "kubernetes.io/dockerconfigjson", ".dockerconfigjson",
          "kubernetes.io/dockercfg", ".dockercfg");

  private final GoTemplates templates;
  private final TemplateSources sources;
  private final Map<String, byte[]> fetched;
  private final Dict visible;
  private final SortedMap<String, byte[]> data = new TreeMap<>();
  private final SortedMap<String, String> labels = new TreeMap<>();
  private final SortedMap<String, String> annotations = new TreeMap<>();
  private final SortedSet<String> unsteady = new TreeSet<>();
  private boolean makesData;

  private enum Into {
    DATA,
    LABELS,
    ANNOTATIONS
  }

  Templating(GoTemplates templates, TemplateSources sources, Map<String, byte[]> fetched) {
    this.templates = templates;
    this.sources = sources;
    this.fetched = fetched;
    this.visible = GoTemplates.visible(fetched);
  }

  SecretData apply(Template template, boolean immutable) throws RenderException {
    if (template.type() != null && template.type().startsWith("helm.sh/")) {
      // Stored before the schema refused it; Keyturn would never touch such a Secret again.
      throw new RenderException(
          new RenderFailure.NotBuilt(
              HERE + ".type", "releases of Helm are Helm's alone; use type Opaque"));
    }
    for (int i = 0; i < template.templateFrom().size(); i++) {
      from(HERE + ".templateFrom[" + i + "]", template.templateFrom().get(i));
    }
    values(HERE + ".data", template.data(), Into.DATA);
    values(HERE + ".metadata.labels", template.metadata().labels(), Into.LABELS);
    values(HERE + ".metadata.annotations", template.metadata().annotations(), Into.ANNOTATIONS);
    String type =
        template.type() == null || template.type().isEmpty() ? SecretData.OPAQUE : template.type();
    SortedMap<String, byte[]> merged = merged(template);
    requireDockerConfig(type, merged, template);
    return new SecretData(
        merged, unsteady, type, labels, annotations, template.metadata().finalizers(), immutable);
  }

  /** The API server wants it, and does not say what it is about. */
  private void requireDockerConfig(String type, SortedMap<String, byte[]> merged, Template template)
      throws RenderException {
    String key = DOCKER_CONFIGS.get(type);
    byte[] value = key == null ? null : merged.get(key);
    if (value == null || JsonText.parse(value).filter(JsonText::isObject).isPresent()) {
      return;
    }
    String where =
        template.data().containsKey(key)
            ? HERE + ".data[" + key + "]"
            : data.containsKey(key) ? HERE + ".templateFrom" : "spec.data[" + key + "]";
    throw new RenderException(
        new RenderFailure.NotAccepted(
            where,
            "the value under key %s is not a JSON object, which type %s wants: correct the secret, or the template"
                .formatted(key, type)));
  }

  private SortedMap<String, byte[]> merged(Template template) {
    boolean keepFetched =
        switch (template.mergePolicy()) {
          case MERGE -> true;
          case REPLACE -> !makesData;
        };
    SortedMap<String, byte[]> merged = new TreeMap<>();
    if (keepFetched) {
      merged.putAll(fetched);
    }
    merged.putAll(data);
    return merged;
  }

  private void values(String where, Map<String, String> texts, Into into) throws RenderException {
    for (Map.Entry<String, String> entry : texts.entrySet()) {
      String here = where + "[" + entry.getKey() + "]";
      put(here, into, entry.getKey(), templates.render(here, entry.getValue(), visible));
    }
  }

  private void from(String where, TemplateFrom from) throws RenderException {
    Into into = into(where, from.target());
    TemplateFrom.Ref configMap = from.configMap();
    if (configMap != null) {
      from(
          where + ".configMap",
          new TemplateSource(TemplateSource.Kind.CONFIG_MAP, configMap.name()),
          configMap,
          into,
          from.valuesDecodingStrategy());
    }
    TemplateFrom.Ref secret = from.secret();
    if (secret != null) {
      from(
          where + ".secret",
          new TemplateSource(TemplateSource.Kind.SECRET, secret.name()),
          secret,
          into,
          from.valuesDecodingStrategy());
    }
    String literal = from.literal();
    if (literal != null) {
      String here = where + ".literal";
      keysAndValues(
          here, templates.render(here, literal, visible), into, from.valuesDecodingStrategy());
    }
  }

  private void from(
      String where,
      TemplateSource source,
      TemplateFrom.Ref ref,
      Into into,
      DecodingStrategy decoding)
      throws RenderException {
    Map<String, byte[]> content =
        sources
            .content(source)
            .orElseThrow(
                () ->
                    new RenderException(
                        new RenderFailure.MissingTemplateSource(
                            where, source.kind().text(), source.name())));
    for (TemplateFrom.Item item : ref.items()) {
      byte[] template = content.get(item.key());
      if (template == null) {
        throw new RenderException(
            new RenderFailure.MissingTemplateKey(
                where, source.kind().text(), source.name(), item.key()));
      }
      String here = where + "[" + source.name() + "/" + item.key() + "]";
      String text = new String(template, StandardCharsets.UTF_8);
      byte[] rendered =
          switch (source.kind()) {
            case CONFIG_MAP -> templates.render(here, text, visible);
            case SECRET -> templates.renderSecret(here, text, visible);
          };
      switch (item.templateAs()) {
        case VALUES -> put(here, into, item.key(), decode(here, item.key(), decoding, rendered));
        case KEYS_AND_VALUES -> keysAndValues(here, rendered, into, decoding);
      }
    }
  }

  private void keysAndValues(String here, byte[] rendered, Into into, DecodingStrategy decoding)
      throws RenderException {
    if (into == Into.DATA) {
      makesData = true;
    }
    templates.read(here, YAML_IS_SO_MUCH_DEARER * rendered.length);
    Map<String, String> map = YamlMap.parse(here, rendered);
    Map<String, byte[]> values = new LinkedHashMap<>();
    for (Map.Entry<String, String> entry : map.entrySet()) {
      if (into == Into.DATA && !KeyName.isValid(entry.getKey())) {
        throw new RenderException(new RenderFailure.BadTemplatedKey(here));
      }
      byte[] value = entry.getValue().getBytes(StandardCharsets.UTF_8);
      values.put(entry.getKey(), decode(here, "of the map", decoding, value));
    }
    for (Map.Entry<String, byte[]> entry : values.entrySet()) {
      put(here, into, entry.getKey(), entry.getValue());
    }
  }

  private static byte[] decode(String here, String key, DecodingStrategy decoding, byte[] value)
      throws RenderException {
    return Decoding.decode(decoding, value)
        .orElseThrow(
            () -> new RenderException(new RenderFailure.NotDecodable(here, key, decoding)));
  }

  private void put(String here, Into into, String key, byte[] value) throws RenderException {
    switch (into) {
      case DATA -> {
        makesData = true;
        if (!KeyName.isValid(key)) {
          throw new RenderException(new RenderFailure.BadKey(here, key));
        }
        data.put(key, value);
        if (templates.isUnsteady(here)) {
          unsteady.add(key);
        } else {
          unsteady.remove(key);
        }
      }
      case LABELS -> labels.put(key, MetadataRules.label(here, key, value));
      case ANNOTATIONS -> annotations.put(key, MetadataRules.annotation(here, key, value));
    }
  }

  private static Into into(String where, String target) throws RenderException {
    return switch (target.toLowerCase(Locale.ROOT)) {
      case "", "data" -> Into.DATA;
      case "labels" -> Into.LABELS;
      case "annotations" -> Into.ANNOTATIONS;
      default ->
          throw new RenderException(
              new RenderFailure.NotBuilt(
                  where + ".target", "only Data, Labels and Annotations can be made"));
    };
  }
}
