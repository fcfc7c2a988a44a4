package dev.keyturn.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CustomResourceInfo;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRuleBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * {@code crds/} as it follows from the classes: what the generator makes of them, plus what its
 * annotations cannot say (lists that are maps, the order of columns).
 */
final class CrdFiles {
  static final Path FOLDER = Path.of("crds");

  private static final List<Class<? extends CustomResource<?, ?>>> KINDS =
      List.of(ExternalSecret.class, SecretStore.class, ClusterSecretStore.class);

  /** Of a kind, which has no annotation for it. */
  private static final Map<Class<?>, String> DESCRIPTIONS =
      Map.of(
          ExternalSecret.class,
              "A Secret that is kept at what AWS holds, and the restart of who reads it.",
          SecretStore.class, "Where the ExternalSecrets of a namespace read, and as whom.",
          ClusterSecretStore.class,
              "Where ExternalSecrets of all namespaces, or of some, read, and as whom.");

  private static final long MEBIBYTE = 1L << 20;

  private CrdFiles() {}

  /** File name to content. */
  static Map<String, String> generate() {
    Path folder = temporaryFolder();
    CustomResourceInfo[] infos =
        KINDS.stream().map(CustomResourceInfo::fromClass).toArray(CustomResourceInfo[]::new);
    ObjectMapper mapper = new ObjectMapper();
    KubernetesSerialization serialization = new KubernetesSerialization(mapper, false);
    // Defaults are read as the Java type, with no regard to annotations of the field.
    mapper.registerModule(
        new SimpleModule()
            .addDeserializer(Duration.class, new ManifestDuration.Deserializer())
            .addSerializer(Duration.class, new ManifestDuration.Serializer()));
    new CRDGenerator()
        .withObjectMapper(mapper, serialization)
        .inOutputDir(folder.toFile())
        .withParallelGenerationEnabled(false)
        .customResources(infos)
        .generate();
    Map<String, String> files = new TreeMap<>();
    for (Class<? extends CustomResource<?, ?>> kind : KINDS) {
      String name = HasMetadata.getFullResourceName(kind);
      CustomResourceDefinition crd =
          Serialization.unmarshal(
              read(folder.resolve(name + "-v1.yml")), CustomResourceDefinition.class);
      crd.getSpec().getVersions().forEach(version -> finish(version, kind));
      files.put(name + ".yaml", "# Generated from " + kind.getName() + ".\n" + yaml(crd));
    }
    return files;
  }

  private static void finish(CustomResourceDefinitionVersion version, Class<?> kind) {
    List<String> order =
        Arrays.stream(kind.getAnnotationsByType(AdditionalPrinterColumn.class))
            .map(AdditionalPrinterColumn::name)
            .toList();
    List<CustomResourceColumnDefinition> columns =
        new ArrayList<>(version.getAdditionalPrinterColumns());
    columns.sort(Comparator.comparingInt(column -> order.indexOf(column.getName())));
    version.setAdditionalPrinterColumns(columns);

    JSONSchemaProps root = version.getSchema().getOpenAPIV3Schema();
    root.setRequired(List.of("spec"));
    root.setDescription(DESCRIPTIONS.get(kind));
    at(root, "spec").setDescription("What you want.");
    at(root, "status").setDescription("What became of it; written by the operator alone.");
    mapBy("type", at(root, "status", "conditions"));
    JSONSchemaProps data = root.getProperties().get("spec").getProperties().get("data");
    if (data != null) {
      mapBy("secretKey", data);
    }
    everywhere(root, CrdFiles::sayRulesOnce);
    everywhere(root.getProperties().get("spec"), CrdFiles::boundInteger);
    boundSelector(root.getProperties().get("spec"));
    everywhere(root.getProperties().get("status"), CrdFiles::boundStatus);
  }

  /** All our integers are Java's int; the generator leaves the format out. */
  private static void boundInteger(JSONSchemaProps schema) {
    if ("integer".equals(schema.getType())) {
      schema.setFormat(schema.getMaximum() <= Integer.MAX_VALUE ? "int32" : "int64");
    }
  }

  /** The class is Fabric8's and has no annotations of ours: these are the limits of labels. */
  private static void boundSelector(JSONSchemaProps spec) {
    JSONSchemaProps conditions = spec.getProperties().get("conditions");
    if (conditions == null) {
      return;
    }
    JSONSchemaProps selector =
        conditions.getItems().getSchema().getProperties().get("namespaceSelector");
    JSONSchemaProps labels = at(selector, "matchLabels");
    labels.setMaxProperties(100L);
    labels.getAdditionalProperties().getSchema().setMaxLength(63L);
    labels.setXKubernetesValidations(
        List.of(
            new ValidationRuleBuilder()
                .withRule(SchemaRules.LABEL_KEYS)
                .withMessage(SchemaRules.LABEL_KEYS_SENTENCE)
                .build()));
    JSONSchemaProps expressions = at(selector, "matchExpressions");
    expressions.setMaxItems(100L);
    JSONSchemaProps expression = expressions.getItems().getSchema();
    at(expression, "key").setMaxLength(317L);
    at(expression, "operator").setMaxLength(63L);
    at(expression, "values").setMaxItems(500L);
    at(expression, "values").getItems().getSchema().setMaxLength(63L);
  }

  /** Only the operator writes a status: its bounds are far above what it writes. */
  private static void boundStatus(JSONSchemaProps schema) {
    switch (schema.getType()) {
      case "integer" -> {
        schema.setFormat("int64");
        schema.setMinimum(0d);
        schema.setMaximum((double) (1L << 53));
      }
      case "string" -> schema.setMaxLength("date-time".equals(schema.getFormat()) ? 64 : MEBIBYTE);
      case "array" -> schema.setMaxItems(MEBIBYTE);
      default -> {
        if (schema.getAdditionalProperties() != null) {
          schema.setMaxProperties(MEBIBYTE);
        }
      }
    }
  }

  private static JSONSchemaProps at(JSONSchemaProps schema, String... path) {
    JSONSchemaProps found = schema;
    for (String name : path) {
      found = found.getProperties().get(name);
    }
    return found;
  }

  private static void mapBy(String key, JSONSchemaProps list) {
    list.setXKubernetesListType("map");
    list.setXKubernetesListMapKeys(List.of(key));
  }

  /**
   * The generator finds the annotations of a record component twice: at the field and the accessor.
   */
  private static void sayRulesOnce(JSONSchemaProps schema) {
    if (schema.getXKubernetesValidations() != null) {
      schema.setXKubernetesValidations(
          List.copyOf(new LinkedHashSet<>(schema.getXKubernetesValidations())));
    }
  }

  private static void everywhere(JSONSchemaProps schema, Consumer<JSONSchemaProps> change) {
    change.accept(schema);
    if (schema.getProperties() != null) {
      schema.getProperties().values().forEach(property -> everywhere(property, change));
    }
    if (schema.getItems() != null) {
      everywhere(schema.getItems().getSchema(), change);
    }
    if (schema.getAdditionalProperties() != null) {
      everywhere(schema.getAdditionalProperties().getSchema(), change);
    }
  }

  private static String yaml(CustomResourceDefinition crd) {
    try {
      return YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.SPLIT_LINES, YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .enable(
              YAMLGenerator.Feature.MINIMIZE_QUOTES,
              YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS,
              YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
          .build()
          .writeValueAsString(crd);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path temporaryFolder() {
    try {
      Path folder = Files.createTempDirectory("crds");
      folder.toFile().deleteOnExit();
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
