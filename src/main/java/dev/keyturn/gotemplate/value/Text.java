package dev.keyturn.gotemplate.value;

/**
 * Go's {@code string}, usually a secret.
 *
 * @param bytes one char per byte
 */
public record Text(String bytes) implements Value {

  public static final Text EMPTY = new Text("");

  /** The text of an ordinary Java string. */
  public static Text ofUnicode(String unicode) {
    return new Text(Utf8.ofUnicode(unicode));
  }

  @Override
  public String type() {
    return "string";
  }

  @Override
  public String kind() {
    return "string";
  }

  @Override
  public boolean isTrue() {
    return !bytes.isEmpty();
  }

  /** Never the value: it would end up in a log or an exception. */
  @Override
  public String toString() {
    return "Text[" + bytes.length() + " bytes]";
  }
}
