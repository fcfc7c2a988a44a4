package dev.keyturn.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was measured: a table for people, JSON for programs. */
final class Report {
  private final Map<String, Object> machine = new LinkedHashMap<>();
  private final List<Row> rows = new ArrayList<>();

  /**
   * @param reach what the project wants; empty where it is only stated
   */
  private record Row(String scenario, String measure, double got, String unit, String reach) {}

  void about(String what, Object value) {
    machine.put(what, value);
    say("%-28s %s".formatted(what, value));
  }

  void add(String scenario, String measure, double got, String unit, String reach) {
    Row row = new Row(scenario, measure, Math.round(got * 1000) / 1000.0, unit, reach);
    rows.add(row);
    say(line(row));
  }

  /** While it runs. */
  void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  Path write(String name) throws IOException {
    say("");
    say("| scenario | measure | got | reach |");
    say("|---|---|---|---|");
    for (Row row : rows) {
      say(
          String.format(
              Locale.ROOT,
              "| %s | %s | %s %s | %s |",
              row.scenario,
              row.measure,
              number(row.got),
              row.unit,
              row.reach));
    }
    Path file = Files.createDirectories(Path.of("target/bench")).resolve(name + ".json");
    new ObjectMapper()
        .enable(SerializationFeature.INDENT_OUTPUT)
        .writeValue(file.toFile(), Map.of("machine", machine, "results", rows()));
    say("");
    say("written to " + file);
    return file;
  }

  private List<Map<String, Object>> rows() {
    return rows.stream()
        .map(
            row ->
                Map.<String, Object>of(
                    "scenario", row.scenario,
                    "measure", row.measure,
                    "got", row.got,
                    "unit", row.unit,
                    "reach", row.reach))
        .toList();
  }

  private static String line(Row row) {
    return String.format(
        Locale.ROOT,
        "%-28s %-34s %10s %-12s %s",
        row.scenario,
        row.measure,
        number(row.got),
        row.unit,
        row.reach.isEmpty() ? "" : "(reach " + row.reach + ")");
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.1f", value);
  }
}
