package dev.keyturn.api;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalSelectableField;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A Secret that holds what AWS holds, and the workloads that use it. */
@Group("keyturn.dev")
@Version("v1")
@Kind("ExternalSecret")
@Singular("externalsecret")
@Plural("externalsecrets")
@ShortNames({"kes", "es"})
@Categories("keyturn")
@AdditionalPrinterColumn(name = "STORE", jsonPath = ".spec.secretStoreRef.name")
@AdditionalPrinterColumn(name = "REFRESH INTERVAL", jsonPath = ".spec.refreshInterval")
@AdditionalPrinterColumn(
    name = "STATUS",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason")
@AdditionalPrinterColumn(
    name = "READY",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(name = "RESTART", jsonPath = ".status.restart.state")
@AdditionalPrinterColumn(
    name = "LAST CHANGE",
    jsonPath = ".status.content.changes['*']",
    type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(
    name = "AGE",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(
    name = "MESSAGE",
    priority = 1,
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].message")
@AdditionalSelectableField(jsonPath = ".spec.secretStoreRef.name")
@AdditionalSelectableField(jsonPath = ".spec.secretStoreRef.kind")
@AdditionalSelectableField(jsonPath = ".spec.target.name")
public final class ExternalSecret extends CustomResource<ExternalSecretSpec, ExternalSecretStatus>
    implements Abridgeable<ExternalSecret>, MaybeUnreadable, Namespaced {
  private static final long serialVersionUID = 1L;

  private transient @Nullable String unreadable;
  private transient boolean abridged;

  @Override
  public Optional<String> unreadable() {
    return Optional.ofNullable(unreadable);
  }

  @Override
  public void becomeUnreadable(String field) {
    unreadable = field;
    setSpec(ExternalSecretSpec.NOTHING);
  }

  @Override
  public boolean isAbridged() {
    return abridged;
  }

  @Override
  public ExternalSecret abridged() {
    ExternalSecret little = new ExternalSecret();
    little.setMetadata(LittleMetadata.of(getMetadata()));
    little.setSpec(getSpec().abridged());
    little.setStatus(getStatus());
    little.unreadable = unreadable;
    little.abridged = true;
    return little;
  }

  /** Without managedFields: they are nine tenths of what is read, and nobody looks at them. */
  @Override
  @JsonIgnoreProperties("managedFields")
  public void setMetadata(ObjectMeta metadata) {
    super.setMetadata(metadata);
  }

  /** The name of the Secret that is written. */
  @JsonIgnore
  public String targetName() {
    return Optional.ofNullable(getSpec().target().name()).orElse(getMetadata().getName());
  }

  /** The status, empty while there is none. */
  @JsonIgnore
  public ExternalSecretStatus statusOrEmpty() {
    return Optional.ofNullable(getStatus()).orElse(ExternalSecretStatus.EMPTY);
  }
}
