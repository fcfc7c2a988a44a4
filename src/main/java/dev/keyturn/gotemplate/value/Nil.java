package dev.keyturn.gotemplate.value;

/** Nothing: Go's untyped nil. */
public enum Nil implements Value {
  NIL;

  @Override
  public String type() {
    return "<nil>";
  }

  @Override
  public String kind() {
    return "invalid";
  }

  @Override
  public boolean isTrue() {
    return false;
  }
}
