package dev.keyturn.rotation;

import java.util.List;

/** The queues that are listened to; none where polling alone has to do. */
public record ChangeFeeds(List<ChangeFeed> all) {
  public ChangeFeeds {
    all = List.copyOf(all);
  }
}
