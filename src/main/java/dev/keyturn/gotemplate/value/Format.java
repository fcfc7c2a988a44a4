package dev.keyturn.gotemplate.value;

import java.util.List;

/** Go's {@code fmt.Sprint}, {@code Sprintln} and {@code Sprintf}. */
public final class Format {

  /** Go takes no width, precision or argument number above this. */
  private static final int MOST = 1_000_000;

  private final String format;
  private final List<Value> arguments;
  private final StringBuilder out = new StringBuilder();
  private final Printer printer;
  private int at;
  private int argument;
  private boolean reordered;
  private boolean goodNumber;
  private boolean afterIndex;

  private Format(String format, List<Value> arguments, Budget budget) {
    this.format = format;
    this.arguments = arguments;
    this.printer = new Printer(out, budget);
  }

  /** Text of one value, as {@code %v}. */
  public static String print(Value value, Budget budget) throws Failure {
    if (value instanceof Text text) {
      return text.bytes();
    }
    StringBuilder out = new StringBuilder();
    new Printer(out, budget).argument(value, 'v');
    return out.toString();
  }

  /** {@code fmt.Sprint}: a space between neighbours of which none is a string. */
  public static String print(List<Value> values, Budget budget) throws Failure {
    StringBuilder out = new StringBuilder();
    Printer printer = new Printer(out, budget);
    boolean afterText = true;
    for (Value value : values) {
      boolean isText = value instanceof Text;
      if (!isText && !afterText) {
        out.append(' ');
      }
      printer.argument(value, 'v');
      afterText = isText;
    }
    return out.toString();
  }

  /** {@code fmt.Sprintln}: a space between any two, and a newline. */
  public static String println(List<Value> values, Budget budget) throws Failure {
    StringBuilder out = new StringBuilder();
    Printer printer = new Printer(out, budget);
    for (int i = 0; i < values.size(); i++) {
      if (i > 0) {
        out.append(' ');
      }
      printer.argument(values.get(i), 'v');
    }
    return out.append('\n').toString();
  }

  /** {@code fmt.Sprintf}. */
  public static String printf(String format, List<Value> values, Budget budget) throws Failure {
    Format run = new Format(format, values, budget);
    run.printf();
    return run.out.toString();
  }

  private void printf() throws Failure {
    while (at < format.length()) {
      int percent = format.indexOf('%', at);
      int end = percent < 0 ? format.length() : percent;
      printer.layout().append(format.substring(at, end));
      at = end;
      if (percent >= 0) {
        at++;
        goodNumber = true;
        afterIndex = false;
        verb();
      }
    }
    if (!reordered && argument < arguments.size()) {
      printer.extra(arguments.subList(argument, arguments.size()));
    }
  }

  private void verb() throws Failure {
    Layout layout = printer.layout();
    layout.clear();
    flags(layout);
    argumentNumber();
    width(layout);
    precision(layout);
    if (!afterIndex) {
      argumentNumber();
    }
    if (at >= format.length()) {
      layout.append("%!(NOVERB)");
      return;
    }
    int verb = Utf8.runeAt(format, at);
    at += Utf8.widthAt(format, at);
    if (verb == '%') {
      layout.append("%");
    } else if (!goodNumber) {
      complain(layout, verb, "(BADINDEX)");
    } else if (argument >= arguments.size()) {
      complain(layout, verb, "(MISSING)");
    } else {
      if (verb == 'v' || verb == 'w') {
        layout.moveFlagsToSyntax();
      }
      printer.argument(arguments.get(argument++), verb);
    }
  }

  private void complain(Layout layout, int verb, String what) throws Failure {
    layout.append("%!");
    Utf8.append(out, verb);
    layout.append(what);
  }

  private void flags(Layout layout) {
    for (; at < format.length(); at++) {
      switch (format.charAt(at)) {
        case '#' -> layout.sharp = true;
        case '0' -> layout.zero = true;
        case '+' -> layout.plus = true;
        case '-' -> layout.minus = true;
        case ' ' -> layout.space = true;
        default -> {
          return;
        }
      }
    }
  }

  private void width(Layout layout) throws Failure {
    if (at < format.length() && format.charAt(at) == '*') {
      at++;
      layout.hasWidth = isSize();
      layout.width = layout.hasWidth ? size() : 0;
      nextArgument();
      if (!layout.hasWidth) {
        layout.append("%!(BADWIDTH)");
      }
      if (layout.width < 0) {
        layout.width = -layout.width;
        layout.minus = true;
        layout.zero = false;
      }
      afterIndex = false;
    } else {
      layout.hasWidth = isDigit();
      layout.width = number();
      if (layout.width < 0) {
        layout.hasWidth = false;
        layout.width = 0;
      }
      if (afterIndex && layout.hasWidth) {
        goodNumber = false;
      }
    }
  }

  private void precision(Layout layout) throws Failure {
    if (at + 1 >= format.length() || format.charAt(at) != '.') {
      return;
    }
    at++;
    if (afterIndex) {
      goodNumber = false;
    }
    argumentNumber();
    if (at < format.length() && format.charAt(at) == '*') {
      at++;
      boolean size = isSize();
      layout.precision = size ? size() : 0;
      layout.hasPrecision = size && layout.precision >= 0;
      nextArgument();
      if (layout.precision < 0) {
        layout.precision = 0;
      }
      if (!layout.hasPrecision) {
        layout.append("%!(BADPREC)");
      }
      afterIndex = false;
    } else {
      layout.precision = Math.max(number(), 0);
      layout.hasPrecision = true;
    }
  }

  private boolean isDigit() {
    return at < format.length() && format.charAt(at) >= '0' && format.charAt(at) <= '9';
  }

  /** Reads a number; -1, and the rest of the format is gone, if it is absurdly large. */
  private int number() {
    int value = 0;
    while (isDigit()) {
      if (value > MOST) {
        at = format.length();
        return -1;
      }
      value = value * 10 + format.charAt(at++) - '0';
    }
    return value;
  }

  private boolean isSize() {
    return argument < arguments.size()
        && arguments.get(argument) instanceof Int number
        && (number.width().isSigned() || number.value() >= 0)
        && number.value() >= -MOST
        && number.value() <= MOST;
  }

  private int size() {
    return arguments.get(argument) instanceof Int number ? (int) number.value() : 0;
  }

  private void nextArgument() {
    if (argument < arguments.size()) {
      argument++;
    }
  }

  /** Reads {@code [3]}, the number of the argument to print next. */
  private void argumentNumber() {
    afterIndex = false;
    if (at >= format.length() || format.charAt(at) != '[') {
      return;
    }
    reordered = true;
    int close = format.indexOf(']', at);
    if (format.length() - at < 3 || close < 0) {
      at++;
      goodNumber = false;
      return;
    }
    int start = at + 1;
    at = start;
    boolean digits = isDigit();
    int number = number();
    boolean wellFormed = digits && number >= 0 && at == close;
    at = close + 1;
    afterIndex = wellFormed;
    if (wellFormed && number >= 1 && number <= arguments.size()) {
      argument = number - 1;
    } else {
      goodNumber = false;
    }
  }
}
