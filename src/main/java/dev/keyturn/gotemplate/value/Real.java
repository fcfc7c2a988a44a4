package dev.keyturn.gotemplate.value;

/** Go's {@code float64}. */
public record Real(double value) implements Value {

  @Override
  public String type() {
    return "float64";
  }

  @Override
  public String kind() {
    return "float64";
  }

  @Override
  public boolean isTrue() {
    return value != 0;
  }
}
