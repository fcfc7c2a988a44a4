package dev.keyturn.gotemplate.value;

/** Percent-encoding, by the part of the URL that it is in. */
enum UrlEncoding {
  PATH,
  HOST,
  USER,
  FRAGMENT;

  boolean mustEscape(char c) {
    boolean letterOrDigit =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letterOrDigit || "-_.~".indexOf(c) >= 0) {
      return false;
    }
    return switch (this) {
      case PATH -> "$&+,/:;=@".indexOf(c) < 0;
      case HOST -> "!$&'()*+,;=:[]<>\"".indexOf(c) < 0;
      case USER -> "$&+,;=".indexOf(c) < 0;
      case FRAGMENT -> "$&+,/:;=?@!()*".indexOf(c) < 0;
    };
  }

  String escape(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (mustEscape(c)) {
        out.append('%')
            .append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
            .append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  String unescape(String text) throws Failure {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '%') {
        if (this == HOST && c < 0x80 && mustEscape(c)) {
          throw Failure.because("invalid character in the host name");
        }
        out.append(c);
        continue;
      }
      int high = digit(text, i + 1);
      int low = digit(text, i + 2);
      if (high < 0 || low < 0) {
        throw Failure.because("invalid URL escape");
      }
      if (this == HOST && high < 8 && !text.startsWith("%25", i)) {
        throw Failure.because("invalid URL escape");
      }
      out.append((char) (high << 4 | low));
      i += 2;
    }
    return out.toString();
  }

  private static int digit(String text, int at) {
    return at < text.length() && text.charAt(at) < 0x80 ? Character.digit(text.charAt(at), 16) : -1;
  }
}
