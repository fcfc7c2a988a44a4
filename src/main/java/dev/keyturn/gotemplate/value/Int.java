package dev.keyturn.gotemplate.value;

/** A whole number of one of Go's types; 64 bits, of which {@code uint8} uses eight. */
public record Int(long value, Width width) implements Value {

  /** Go's integer types that a template can meet. */
  public enum Width {
    INT("int", "int"),
    INT64("int64", "int64"),
    UINT8("uint8", "uint8"),
    UINT64("uint64", "uint64"),
    MONTH("time.Month", "int"),
    WEEKDAY("time.Weekday", "int"),
    DURATION("time.Duration", "int64");

    private final String type;
    private final String kind;

    Width(String type, String kind) {
      this.type = type;
      this.kind = kind;
    }

    public boolean isSigned() {
      return this != UINT8 && this != UINT64;
    }
  }

  public static Int of(long value) {
    return new Int(value, Width.INT);
  }

  public static Int of64(long value) {
    return new Int(value, Width.INT64);
  }

  /** In base ten. */
  public String digits() {
    return width.isSigned() ? Long.toString(value) : Long.toUnsignedString(value);
  }

  @Override
  public String type() {
    return width.type;
  }

  @Override
  public String kind() {
    return width.kind;
  }

  @Override
  public boolean isTrue() {
    return value != 0;
  }
}
