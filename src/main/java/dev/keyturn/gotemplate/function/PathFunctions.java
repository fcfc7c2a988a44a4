package dev.keyturn.gotemplate.function;

import dev.keyturn.gotemplate.value.Bool;
import dev.keyturn.gotemplate.value.Failure;
import dev.keyturn.gotemplate.value.Text;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Go's path functions. Those with {@code os} before the name are the same on Linux. */
final class PathFunctions {

  private PathFunctions() {}

  static List<Function> functions() {
    List<Type> text = List.of(Type.STRING);
    List<Function> all = new ArrayList<>();
    Stream.of(
            Function.of("base", text, a -> new Text(base(a.text(0)))),
            Function.of("dir", text, a -> new Text(directory(checked(a)))),
            Function.of("clean", text, a -> new Text(clean(checked(a)))),
            Function.of("ext", text, a -> new Text(extension(a.text(0)))),
            Function.of("isAbs", text, a -> Bool.of(a.text(0).startsWith("/"))))
        .forEach(
            function -> {
              all.add(function);
              String name = function.name();
              String upper = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
              all.add(function.named("os" + upper));
            });
    return Collections.unmodifiableList(all);
  }

  /** The path, whose parts are paid for. */
  private static String checked(Arguments a) throws Failure {
    a.budget().allocateEntries(1 + a.text(0).chars().filter(c -> c == '/').count());
    return a.text(0);
  }

  private static String base(String path) {
    if (path.isEmpty()) {
      return ".";
    }
    int end = path.length();
    while (end > 0 && path.charAt(end - 1) == '/') {
      end--;
    }
    return end == 0 ? "/" : path.substring(path.lastIndexOf('/', end - 1) + 1, end);
  }

  private static String directory(String path) {
    return clean(path.substring(0, path.lastIndexOf('/') + 1));
  }

  private static String extension(String path) {
    int dot = path.lastIndexOf('.');
    return dot < 0 || dot < path.lastIndexOf('/') ? "" : path.substring(dot);
  }

  static String clean(String path) {
    boolean absolute = path.startsWith("/");
    Deque<String> kept = new ArrayDeque<>();
    for (String part : path.split("/", -1)) {
      if (part.isEmpty() || part.equals(".")) {
        continue;
      }
      boolean up = part.equals("..");
      if (up && !kept.isEmpty() && !kept.getLast().equals("..")) {
        kept.removeLast();
      } else if (!up || !absolute) {
        kept.addLast(part);
      }
    }
    String joined = String.join("/", kept);
    return absolute ? "/" + joined : joined.isEmpty() ? "." : joined;
  }
}
