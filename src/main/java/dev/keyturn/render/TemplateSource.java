package dev.keyturn.render;

import java.util.Comparator;

/** A ConfigMap or Secret in the ExternalSecret's namespace that holds templates. */
public record TemplateSource(Kind kind, String name) implements Comparable<TemplateSource> {
  private static final Comparator<TemplateSource> ORDER =
      Comparator.comparing(TemplateSource::kind).thenComparing(TemplateSource::name);

  /** The two kinds. */
  public enum Kind {
    CONFIG_MAP("ConfigMap"),
    SECRET("Secret");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    /** As Kubernetes writes it. */
    public String text() {
      return text;
    }
  }

  @Override
  public int compareTo(TemplateSource other) {
    return ORDER.compare(this, other);
  }
}
