package dev.keyturn.gotemplate.value;

/** Flags, width and precision of one verb of a format string, and padding by them. */
final class Layout {

  boolean plus;
  boolean minus;
  boolean sharp;
  boolean space;
  boolean zero;

  /** {@code %+v} and {@code %#v}, which mean something else than the flags. */
  boolean plusV;

  boolean sharpV;
  boolean hasWidth;
  boolean hasPrecision;
  int width;
  int precision;

  private final StringBuilder out;
  private final Budget budget;

  Layout(StringBuilder out, Budget budget) {
    this.out = out;
    this.budget = budget;
  }

  void clear() {
    plus = false;
    minus = false;
    sharp = false;
    space = false;
    zero = false;
    plusV = false;
    sharpV = false;
    hasWidth = false;
    hasPrecision = false;
    width = 0;
    precision = 0;
  }

  StringBuilder out() {
    return out;
  }

  /** {@code %v} and {@code %w} read plus and sharp as a choice of syntax. */
  void moveFlagsToSyntax() {
    sharpV = sharp;
    sharp = false;
    plusV = plus;
    plus = false;
  }

  void append(String text) throws Failure {
    budget.allocate(text.length());
    out.append(text);
  }

  void fill(int count) throws Failure {
    if (count > 0) {
      budget.allocate(count);
      // Zeros go to the left only.
      out.repeat(zero && !minus ? '0' : ' ', count);
    }
  }

  /** Pads with spaces whatever the zero flag says. */
  void padWithSpaces(String text) throws Failure {
    boolean before = zero;
    zero = false;
    pad(text);
    zero = before;
  }

  void pad(String text) throws Failure {
    int missing = hasWidth ? width - Utf8.count(text) : 0;
    if (!minus) {
      fill(missing);
    }
    append(text);
    if (minus) {
      fill(missing);
    }
  }

  /** The first runes of a text, as many as the precision says. */
  String truncate(String text) {
    if (!hasPrecision) {
      return text;
    }
    int at = 0;
    for (int i = 0; i < precision && at < text.length(); i++) {
      at += Utf8.widthAt(text, at);
    }
    return text.substring(0, at);
  }
}
