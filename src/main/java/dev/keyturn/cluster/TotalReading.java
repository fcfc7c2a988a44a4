package dev.keyturn.cluster;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.DelegatingDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import dev.keyturn.api.ClusterSecretStore;
import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretStatus;
import dev.keyturn.api.MaybeUnreadable;
import dev.keyturn.api.SecretStore;
import dev.keyturn.api.SecretStoreStatus;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.util.List;

/**
 * Reads each object of our kinds that the API server can hold, in lists, watches and answers: one
 * that does not fit the classes becomes {@linkplain MaybeUnreadable#unreadable() unreadable}.
 * Otherwise one of them would end the watch, and the list at the next start, for all.
 */
public final class TotalReading {
  /** Far more than a manifest needs, far less than what a thread's stack takes. */
  private static final int DEEPEST = 512;

  /** The API server takes JSON nested 10,000 deep, which a list and its items hold. */
  private static final int DEEPEST_TEXT = 10_010;

  private static final int LONGEST_PATH = 200;

  /** What is wanted of metadata; its types are the API server's. */
  private static final List<String> METADATA =
      List.of(
          "namespace",
          "name",
          "uid",
          "resourceVersion",
          "generation",
          "labels",
          "annotations",
          "creationTimestamp",
          "deletionTimestamp");

  private TotalReading() {}

  /** Jackson's own limits end a list in the middle, so they are above what the API server has. */
  static JsonFactory json() {
    return JsonFactory.builder()
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(DEEPEST_TEXT)
                .maxNameLength(Integer.MAX_VALUE)
                .maxNumberLength(Integer.MAX_VALUE)
                .maxStringLength(Integer.MAX_VALUE)
                .build())
        .build();
  }

  public static KubernetesSerialization serialization(UnreadableObjects unreadable) {
    ObjectMapper mapper =
        new ObjectMapper(json())
            .registerModule(new SimpleModule().setDeserializerModifier(new Kinds(unreadable)));
    KubernetesSerialization serialization = new KubernetesSerialization(mapper, true);
    serialization.registerKubernetesResource(ExternalSecret.class);
    serialization.registerKubernetesResource(SecretStore.class);
    serialization.registerKubernetesResource(ClusterSecretStore.class);
    return serialization;
  }

  private static final class Kinds extends BeanDeserializerModifier {
    private static final long serialVersionUID = 1L;

    private final transient UnreadableObjects unreadable;

    Kinds(UnreadableObjects unreadable) {
      this.unreadable = unreadable;
    }

    @Override
    public JsonDeserializer<?> modifyDeserializer(
        DeserializationConfig config, BeanDescription description, JsonDeserializer<?> plain) {
      return MaybeUnreadable.class.isAssignableFrom(description.getBeanClass())
          ? new Total(plain, unreadable)
          : plain;
    }
  }

  private static final class Total extends DelegatingDeserializer {
    private static final long serialVersionUID = 1L;

    private final transient UnreadableObjects unreadable;

    Total(JsonDeserializer<?> plain, UnreadableObjects unreadable) {
      super(plain);
      this.unreadable = unreadable;
    }

    @Override
    protected JsonDeserializer<?> newDelegatingInstance(JsonDeserializer<?> plain) {
      return new Total(plain, unreadable);
    }

    @Override
    public Object deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      TokenBuffer tokens = context.bufferAsCopyOfValue(parser);
      try {
        refuseDepth(tokens);
        Object read = super.deserialize(tokens.asParserOnFirstToken(), context);
        if (((CustomResource<?, ?>) read).getSpec() == null && !isBookmark(read)) {
          throw new IOException("no spec");
        }
        return read;
      } catch (IOException | RuntimeException e) {
        return standIn(tokens, e);
      }
    }

    /** By which a watch tells now and then how far it is: of an object it has the version alone. */
    private static boolean isBookmark(Object read) {
      return ((CustomResource<?, ?>) read).getMetadata().getName() == null;
    }

    private CustomResource<?, ?> standIn(TokenBuffer tokens, Exception failure) throws IOException {
      JsonNode tree = tokens.asParserOnFirstToken().readValueAsTree();
      CustomResource<?, ?> object =
          handledType() == ExternalSecret.class
              ? unreadable(new ExternalSecret(), ExternalSecretStatus.class, tree, failure)
              : handledType() == SecretStore.class
                  ? unreadable(new SecretStore(), SecretStoreStatus.class, tree, failure)
                  : unreadable(new ClusterSecretStore(), SecretStoreStatus.class, tree, failure);
      String namespace = object.getMetadata().getNamespace();
      unreadable.found(
          object.getKind(),
          (namespace == null ? "" : namespace + "/") + object.getMetadata().getName(),
          failure);
      return object;
    }

    private static <S, R extends CustomResource<?, S> & MaybeUnreadable> R unreadable(
        R object, Class<S> statusType, JsonNode tree, Exception failure) throws IOException {
      object.becomeUnreadable(path(failure));
      object.setMetadata(PLAIN.treeToValue(metadata(tree), ObjectMeta.class));
      try {
        if (tree.has("status")) {
          object.setStatus(PLAIN.treeToValue(tree.get("status"), statusType));
        }
      } catch (IOException | RuntimeException e) {
        // Then it is the status that cannot be read, and it is written anew.
      }
      return object;
    }

    /** Nothing else of it is touched: the managed fields are nested as deeply as the object. */
    private static ObjectNode metadata(JsonNode tree) {
      ObjectNode wanted = JsonNodeFactory.instance.objectNode();
      for (String field : METADATA) {
        JsonNode value = tree.path("metadata").get(field);
        if (value != null) {
          wanted.set(field, value);
        }
      }
      return wanted;
    }
  }

  private static final ObjectMapper PLAIN = plain();

  private static ObjectMapper plain() {
    ObjectMapper mapper = new ObjectMapper();
    new KubernetesSerialization(mapper, false);
    return mapper;
  }

  private static void refuseDepth(TokenBuffer tokens) throws IOException {
    int depth = 0;
    try (JsonParser parser = tokens.asParser()) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (depth > DEEPEST) {
          throw new TooDeepException();
        }
      }
    }
  }

  private static String path(Exception failure) {
    if (!(failure instanceof JsonMappingException mapping) || mapping.getPath().isEmpty()) {
      return failure instanceof TooDeepException
          ? "a part that is nested more than " + DEEPEST + " deep"
          : "spec";
    }
    StringBuilder path = new StringBuilder();
    for (Reference part : mapping.getPath()) {
      if (part.getFieldName() == null) {
        path.append('[').append(part.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(part.getFieldName());
      }
    }
    return path.length() <= LONGEST_PATH
        ? path.toString()
        : path.substring(0, path.offsetByCodePoints(0, LONGEST_PATH / 2)) + "…";
  }

  private static final class TooDeepException extends IOException {
    private static final long serialVersionUID = 1L;
  }
}
