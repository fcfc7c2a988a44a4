package dev.keyturn.gotemplate.crypto;

import dev.keyturn.gotemplate.value.Failure;

/** IP addresses as Go prints them: the longest run of zeros is left out. */
final class IpText {

  private IpText() {}

  static String of(byte[] address) throws Failure {
    return switch (address.length) {
      case 4 -> four(address, 0);
      case 16 -> isMapped(address) ? four(address, 12) : six(address);
      default -> throw Failure.because("an IP address of the certificate has a wrong length");
    };
  }

  private static boolean isMapped(byte[] address) {
    for (int i = 0; i < 10; i++) {
      if (address[i] != 0) {
        return false;
      }
    }
    return address[10] == -1 && address[11] == -1;
  }

  private static String four(byte[] address, int from) {
    return (address[from] & 0xFF)
        + "."
        + (address[from + 1] & 0xFF)
        + "."
        + (address[from + 2] & 0xFF)
        + "."
        + (address[from + 3] & 0xFF);
  }

  private static int group(byte[] address, int index) {
    return (address[2 * index] & 0xFF) << 8 | (address[2 * index + 1] & 0xFF);
  }

  private static String six(byte[] address) {
    int bestStart = -1;
    int bestEnd = -1;
    for (int start = 0; start < 8; start++) {
      int end = start;
      while (end < 8 && group(address, end) == 0) {
        end++;
      }
      if (end - start > Math.max(bestEnd - bestStart, 1)) {
        bestStart = start;
        bestEnd = end;
      }
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      if (i == bestStart) {
        out.append("::");
        i = bestEnd - 1;
        continue;
      }
      if (i > 0 && i != bestEnd) {
        out.append(':');
      }
      out.append(Integer.toHexString(group(address, i)));
    }
    return out.toString();
  }
}
