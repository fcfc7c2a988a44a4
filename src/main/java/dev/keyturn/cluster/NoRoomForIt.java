package dev.keyturn.cluster;

import dev.keyturn.ops.Room;

/** A namespace has taken all the {@link Room} that it may. Its class is what the log tells. */
final class NoRoomForIt extends RuntimeException {
  private static final long serialVersionUID = 1L;
}
