package dev.keyturn.gotemplate.value;

import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.util.IPAddress;

/**
 * A URL in parts, read and written as Go's net/url does it.
 *
 * @param user what stands before the at sign, encoded; nothing if there is no at sign
 */
public record Url(
    String scheme,
    String opaque,
    Optional<String> user,
    String host,
    String path,
    String query,
    String fragment) {

  /** Reads a URL. */
  public static Url parse(String text) throws Failure {
    int hash = text.indexOf('#');
    String fragment = hash < 0 ? "" : UrlEncoding.FRAGMENT.unescape(text.substring(hash + 1));
    String main = hash < 0 ? text : text.substring(0, hash);
    if (main.chars().anyMatch(c -> c < ' ' || c == 0x7F)) {
      throw Failure.because("invalid control character in URL");
    }
    if (main.equals("*")) {
      return new Url("", "", Optional.empty(), "", "*", "", fragment);
    }
    int colon = schemeLength(main);
    String scheme = main.substring(0, colon).toLowerCase(Locale.ROOT);
    String rest = colon == 0 ? main : main.substring(colon + 1);
    int question = rest.indexOf('?');
    String query = question < 0 ? "" : rest.substring(question + 1);
    rest = question < 0 ? rest : rest.substring(0, question);
    if (!rest.startsWith("/")) {
      if (!scheme.isEmpty()) {
        return new Url(scheme, rest, Optional.empty(), "", "", query, fragment);
      }
      int slash = rest.indexOf('/');
      if ((slash < 0 ? rest : rest.substring(0, slash)).indexOf(':') >= 0) {
        throw Failure.because("first path segment in URL cannot contain colon");
      }
    }
    Optional<String> user = Optional.empty();
    String host = "";
    if (rest.startsWith("//") && (!scheme.isEmpty() || !rest.startsWith("///"))) {
      int slash = rest.indexOf('/', 2);
      String authority = slash < 0 ? rest.substring(2) : rest.substring(2, slash);
      rest = slash < 0 ? "" : rest.substring(slash);
      int at = authority.lastIndexOf('@');
      user = at < 0 ? Optional.empty() : Optional.of(user(authority.substring(0, at)));
      host = host(authority.substring(at + 1));
    }
    return new Url(scheme, "", user, host, UrlEncoding.PATH.unescape(rest), query, fragment);
  }

  /** The length of the scheme; 0 if there is none. */
  private static int schemeLength(String text) throws Failure {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == ':') {
        if (i == 0) {
          throw Failure.because("missing protocol scheme");
        }
        return i;
      }
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      boolean other = i > 0 && ((c >= '0' && c <= '9') || "+-.".indexOf(c) >= 0);
      if (!letter && !other) {
        return 0;
      }
    }
    return 0;
  }

  private static String user(String info) throws Failure {
    for (int i = 0; i < info.length(); i++) {
      char c = info.charAt(i);
      boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!plain && "-._:~!$&'()*+,;=%@".indexOf(c) < 0) {
        throw Failure.because("invalid user information in URL");
      }
    }
    int colon = info.indexOf(':');
    String name = colon < 0 ? info : info.substring(0, colon);
    String encoded = UrlEncoding.USER.escape(UrlEncoding.USER.unescape(name));
    return colon < 0
        ? encoded
        : encoded
            + ":"
            + UrlEncoding.USER.escape(UrlEncoding.USER.unescape(info.substring(colon + 1)));
  }

  private static String host(String host) throws Failure {
    if (host.lastIndexOf('[') > 0) {
      throw Failure.because("invalid IP literal in URL");
    }
    if (host.startsWith("[")) {
      int close = host.lastIndexOf(']');
      if (close < 0 || !isPort(host.substring(close + 1))) {
        throw Failure.because("invalid host in URL");
      }
      String address = host.substring(1, close);
      int zone = address.indexOf("%25");
      String number = UrlEncoding.HOST.unescape(zone < 0 ? address : address.substring(0, zone));
      if (!IPAddress.isValidIPv6(number)) {
        throw Failure.because("invalid IP literal in URL");
      }
      String suffix = zone < 0 ? "" : UrlEncoding.USER.unescape(address.substring(zone));
      return "[" + number + suffix + "]" + host.substring(close + 1);
    }
    // Databases list several hosts, so only the last colon has to be before a port.
    int colon = host.lastIndexOf(':');
    if (colon >= 0 && !isPort(host.substring(colon))) {
      throw Failure.because("invalid port in URL");
    }
    return UrlEncoding.HOST.unescape(host);
  }

  private static boolean isPort(String text) {
    return text.isEmpty()
        || (text.charAt(0) == ':' && text.substring(1).chars().allMatch(c -> c >= '0' && c <= '9'));
  }

  /** User information written by a person, checked and encoded. */
  public static String parseUser(String info) throws Failure {
    return parse("proto://" + info + "@host").user().orElse("");
  }

  /** The host without its port. */
  public String hostName() {
    int colon = host.lastIndexOf(':');
    String name = colon >= 0 && isPort(host.substring(colon)) ? host.substring(0, colon) : host;
    return name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
  }

  /** The whole. */
  public String text() {
    StringBuilder out = new StringBuilder();
    if (!scheme.isEmpty()) {
      out.append(scheme).append(':');
    }
    if (!opaque.isEmpty()) {
      out.append(opaque);
    } else {
      authorityAndPath(out);
    }
    if (!query.isEmpty()) {
      out.append('?').append(query);
    }
    if (!fragment.isEmpty()) {
      out.append('#').append(UrlEncoding.FRAGMENT.escape(fragment));
    }
    return out.toString();
  }

  private void authorityAndPath(StringBuilder out) {
    boolean authority = !scheme.isEmpty() || !host.isEmpty() || user.isPresent();
    if (authority && (!host.isEmpty() || !path.isEmpty() || user.isPresent())) {
      out.append("//");
    }
    user.ifPresent(info -> out.append(info).append('@'));
    out.append(UrlEncoding.HOST.escape(host));
    String escaped = path.equals("*") ? "*" : UrlEncoding.PATH.escape(path);
    if (!escaped.isEmpty() && !escaped.startsWith("/") && !host.isEmpty()) {
      out.append('/');
    }
    int slash = escaped.indexOf('/');
    String first = slash < 0 ? escaped : escaped.substring(0, slash);
    if (out.isEmpty() && first.indexOf(':') >= 0) {
      out.append("./");
    }
    out.append(escaped);
  }
}
