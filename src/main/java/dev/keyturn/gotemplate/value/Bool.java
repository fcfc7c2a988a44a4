package dev.keyturn.gotemplate.value;

/** Go's {@code bool}. */
public enum Bool implements Value {
  FALSE,
  TRUE;

  public static Bool of(boolean truth) {
    return truth ? TRUE : FALSE;
  }

  @Override
  public String type() {
    return "bool";
  }

  @Override
  public String kind() {
    return "bool";
  }

  @Override
  public boolean isTrue() {
    return this == TRUE;
  }
}
