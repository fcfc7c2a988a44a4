package dev.keyturn.render;

import dev.keyturn.api.SyncWindows;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether polls and events may sync now, and if not, from when on. */
public sealed interface SyncGate {

  record Open() implements SyncGate {}

  /**
   * @param until when they may let it through; empty if they never do
   */
  record Closed(Optional<Instant> until) implements SyncGate {}

  /** A schedule that cannot be read; nothing is held back until a person corrects it. */
  record Unreadable(String message) implements SyncGate {}

  /** What the windows say at that time. */
  public static SyncGate at(Optional<SyncWindows> windows, Instant now) {
    if (windows.isEmpty() || windows.get().windows().isEmpty()) {
      return new Open();
    }
    List<CronWindow> parsed = new ArrayList<>();
    for (SyncWindows.Window window : windows.get().windows()) {
      Optional<CronWindow> one = CronWindow.parse(window);
      if (one.isEmpty()) {
        return new Unreadable(
            "spec.syncWindows: "
                + Quoted.text(window.schedule())
                + " is not a schedule: write a cron expression of five fields, in UTC, such as '0"
                + " 22 * * 1-5'");
      }
      parsed.add(one.get());
    }
    boolean inside = parsed.stream().anyMatch(window -> window.isOpen(now));
    return switch (windows.get().kind()) {
      case ALLOW ->
          inside
              ? new Open()
              : new Closed(
                  parsed.stream()
                      .flatMap(window -> window.nextOpening(now).stream())
                      .min(Instant::compareTo));
      case DENY -> inside ? new Closed(Optional.of(CronWindow.allClosed(parsed, now))) : new Open();
    };
  }
}
