package dev.keyturn.api;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What stands in for a field that a manifest leaves out. */
final class Absent {
  private Absent() {}

  static <T> T or(@Nullable T value, T defaultValue) {
    return value == null ? defaultValue : value;
  }

  static <T> List<T> list(@Nullable List<T> values) {
    return values == null ? List.of() : List.copyOf(values);
  }

  /** Keeps the order of the manifest. */
  static <V> Map<String, V> map(@Nullable Map<String, V> values) {
    return values == null || values.isEmpty()
        ? Map.of()
        : Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }
}
