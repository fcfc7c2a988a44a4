package dev.keyturn.gotemplate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tables of functions in src/docs/templates.md. */
final class FunctionTable {

  static final Map<String, String> DATA =
      Map.of(
          "name", "World",
          "url", "postgres://db:5432/app",
          "json", "{\"user\":\"admin\",\"ports\":[80,443]}",
          "list", "a,b,c",
          "text", "one\ntwo",
          "empty", "");

  private static final Pattern ROW =
      Pattern.compile("^\\| `([A-Za-z0-9_]+)` \\| `(\\{\\{.*)` \\| `(.*)` \\|$");

  /** A function, an example, and what the example gives. */
  record Row(String function, String example, String gives) {}

  private static List<Row> loaded = List.of();

  private FunctionTable() {}

  static synchronized List<Row> load() throws IOException {
    if (loaded.isEmpty()) {
      loaded = List.copyOf(read());
    }
    return loaded;
  }

  private static List<Row> read() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("src", "docs", "templates.md"))) {
      Matcher match = ROW.matcher(line);
      if (match.matches()) {
        rows.add(new Row(match.group(1), plain(match.group(2)), plain(match.group(3))));
      }
    }
    return rows;
  }

  private static String plain(String cell) {
    return cell.replace("\\|", "|").replace("\u23ce", "\n");
  }
}
