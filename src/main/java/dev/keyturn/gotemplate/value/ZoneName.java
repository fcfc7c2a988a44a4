package dev.keyturn.gotemplate.value;

/** What Go's {@code time.Parse} takes for the abbreviation of a time zone. */
final class ZoneName {
  private ZoneName() {}

  /** The length of the one at the start of the text; 0 if there is none. */
  static int length(String text) {
    if (text.length() < 3) {
      return 0;
    }
    if (text.startsWith("ChST") || text.startsWith("MeST")) {
      return 4;
    }
    if (text.startsWith("GMT")) {
      return 3 + hoursLength(text.substring(3));
    }
    int letters = 0;
    while (letters < text.length() && text.charAt(letters) >= 'A' && text.charAt(letters) <= 'Z') {
      letters++;
    }
    return switch (letters) {
      case 0 -> hoursLength(text);
      case 3 -> 3;
      case 4 -> text.charAt(3) == 'T' || text.startsWith("WITA") ? 4 : 0;
      case 5 -> text.charAt(4) == 'T' ? 5 : 0;
      default -> 0;
    };
  }

  /** The length of {@code +3} at the start; 0 if there is no such number of hours. */
  private static int hoursLength(String text) {
    if (text.isEmpty() || "+-".indexOf(text.charAt(0)) < 0) {
      return 0;
    }
    int end = 1;
    while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
      end++;
    }
    return GoNumbers.parseInt(text.substring(1, end), 10).orElse(24) <= 23 ? end : 0;
  }

  /** By how much {@code GMT+3} differs from UTC; 0 for any other name. */
  static int hours(String zone) {
    return zone.startsWith("GMT") && zone.length() > 3
        ? Integer.parseInt(zone, 3, zone.length(), 10)
        : 0;
  }
}
