package dev.keyturn.gotemplate.value;

/** What {@code genCA} and its like return: fields {@code Cert} and {@code Key}, both PEM. */
public record KeyPair(String cert, String key) implements Struct {

  /** As a dictionary. */
  public Dict fields() throws Failure {
    Dict fields = Dict.any();
    fields.put("Cert", new Text(cert));
    fields.put("Key", new Text(key));
    return fields;
  }

  @Override
  public String type() {
    return "sprig.certificate";
  }

  @Override
  public String kind() {
    return "struct";
  }

  @Override
  public String toString() {
    return "KeyPair[redacted]";
  }
}
