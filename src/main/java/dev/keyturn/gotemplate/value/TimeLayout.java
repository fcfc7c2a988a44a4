package dev.keyturn.gotemplate.value;

import java.util.ArrayList;
import java.util.List;

/** Go's layouts of dates: the reference time "Mon Jan 2 15:04:05 MST 2006" written as wanted. */
final class TimeLayout {

  /** What a piece of a layout stands for. */
  enum Field {
    LITERAL,
    LONG_MONTH,
    MONTH,
    NUMBER_MONTH,
    ZERO_MONTH,
    LONG_WEEKDAY,
    WEEKDAY,
    DAY,
    SPACE_DAY,
    ZERO_DAY,
    SPACE_YEAR_DAY,
    ZERO_YEAR_DAY,
    HOUR,
    HOUR_12,
    ZERO_HOUR_12,
    MINUTE,
    ZERO_MINUTE,
    SECOND,
    ZERO_SECOND,
    LONG_YEAR,
    YEAR,
    UPPER_PM,
    LOWER_PM,
    ZONE_NAME,
    OFFSET,
    OFFSET_OR_Z,
    FRACTION,
    FRACTION_TRIMMED
  }

  /** A piece: what it stands for, and its own text, whose shape says the rest. */
  record Piece(Field field, String text) {}

  /** In the order in which Go looks: the longer before what it starts with. */
  private static final List<Piece> KNOWN =
      List.of(
          new Piece(Field.LONG_MONTH, "January"),
          new Piece(Field.MONTH, "Jan"),
          new Piece(Field.LONG_WEEKDAY, "Monday"),
          new Piece(Field.WEEKDAY, "Mon"),
          new Piece(Field.ZONE_NAME, "MST"),
          new Piece(Field.ZERO_YEAR_DAY, "002"),
          new Piece(Field.ZERO_MONTH, "01"),
          new Piece(Field.ZERO_DAY, "02"),
          new Piece(Field.ZERO_HOUR_12, "03"),
          new Piece(Field.ZERO_MINUTE, "04"),
          new Piece(Field.ZERO_SECOND, "05"),
          new Piece(Field.YEAR, "06"),
          new Piece(Field.HOUR, "15"),
          new Piece(Field.NUMBER_MONTH, "1"),
          new Piece(Field.LONG_YEAR, "2006"),
          new Piece(Field.DAY, "2"),
          new Piece(Field.SPACE_YEAR_DAY, "__2"),
          new Piece(Field.SPACE_DAY, "_2"),
          new Piece(Field.HOUR_12, "3"),
          new Piece(Field.MINUTE, "4"),
          new Piece(Field.SECOND, "5"),
          new Piece(Field.UPPER_PM, "PM"),
          new Piece(Field.LOWER_PM, "pm"),
          new Piece(Field.OFFSET, "-070000"),
          new Piece(Field.OFFSET, "-07:00:00"),
          new Piece(Field.OFFSET, "-0700"),
          new Piece(Field.OFFSET, "-07:00"),
          new Piece(Field.OFFSET, "-07"),
          new Piece(Field.OFFSET_OR_Z, "Z070000"),
          new Piece(Field.OFFSET_OR_Z, "Z07:00:00"),
          new Piece(Field.OFFSET_OR_Z, "Z0700"),
          new Piece(Field.OFFSET_OR_Z, "Z07:00"),
          new Piece(Field.OFFSET_OR_Z, "Z07"));

  private TimeLayout() {}

  /** The pieces of a layout. */
  static List<Piece> pieces(String layout) {
    List<Piece> pieces = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < layout.length(); ) {
      Piece piece = pieceAt(layout, i);
      if (piece.field() == Field.LITERAL) {
        i++;
        continue;
      }
      if (i > start) {
        pieces.add(new Piece(Field.LITERAL, layout.substring(start, i)));
      }
      pieces.add(piece);
      i += piece.text().length();
      start = i;
    }
    if (start < layout.length()) {
      pieces.add(new Piece(Field.LITERAL, layout.substring(start)));
    }
    return pieces;
  }

  private static Piece pieceAt(String layout, int at) {
    char first = layout.charAt(at);
    if (first == '.' || first == ',') {
      return fractionAt(layout, at);
    }
    for (Piece known : KNOWN) {
      if (layout.startsWith(known.text(), at) && fits(known, layout, at)) {
        return known;
      }
    }
    return new Piece(Field.LITERAL, "");
  }

  private static boolean fits(Piece known, String layout, int at) {
    int after = at + known.text().length();
    return switch (known.field()) {
      // "January" and "Monday" aside, a name that goes on in lower case is just a word.
      case MONTH, WEEKDAY -> after >= layout.length() || !isLower(layout.charAt(after));
      // "_2006" is an underscore before a year.
      case SPACE_DAY -> !layout.startsWith("_2006", at);
      default -> true;
    };
  }

  private static boolean isLower(char c) {
    return c >= 'a' && c <= 'z';
  }

  private static Piece fractionAt(String layout, int at) {
    int end = at + 1;
    if (end < layout.length() && (layout.charAt(end) == '0' || layout.charAt(end) == '9')) {
      char digit = layout.charAt(end);
      while (end < layout.length() && layout.charAt(end) == digit) {
        end++;
      }
      boolean more =
          end < layout.length() && layout.charAt(end) >= '0' && layout.charAt(end) <= '9';
      if (!more) {
        return new Piece(
            digit == '0' ? Field.FRACTION : Field.FRACTION_TRIMMED, layout.substring(at, end));
      }
    }
    return new Piece(Field.LITERAL, "");
  }
}
