package dev.keyturn.api;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
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

/** A place that ExternalSecrets of any namespace read from, if its conditions let them. */
@Group("keyturn.dev")
@Version("v1")
@Kind("ClusterSecretStore")
@Singular("clustersecretstore")
@Plural("clustersecretstores")
@ShortNames("kcss")
@Categories("keyturn")
@AdditionalPrinterColumn(name = "SERVICE", jsonPath = ".spec.provider.aws.service")
@AdditionalPrinterColumn(name = "REGION", jsonPath = ".spec.provider.aws.region")
@AdditionalPrinterColumn(
    name = "STATUS",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason")
@AdditionalPrinterColumn(name = "CAPABILITIES", jsonPath = ".status.capabilities")
@AdditionalPrinterColumn(
    name = "READY",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(
    name = "AGE",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(
    name = "MESSAGE",
    priority = 1,
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].message")
public final class ClusterSecretStore extends CustomResource<SecretStoreSpec, SecretStoreStatus>
    implements Abridgeable<ClusterSecretStore>, Store {
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
    setSpec(SecretStoreSpec.NOTHING);
  }

  @Override
  public boolean isAbridged() {
    return abridged;
  }

  @Override
  public ClusterSecretStore abridged() {
    ClusterSecretStore little = new ClusterSecretStore();
    little.setMetadata(LittleMetadata.of(getMetadata()));
    little.setSpec(SecretStoreSpec.NOTHING);
    little.setStatus(getStatus());
    little.unreadable = unreadable;
    little.abridged = true;
    return little;
  }
}
