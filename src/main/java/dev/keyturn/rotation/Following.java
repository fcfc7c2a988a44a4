package dev.keyturn.rotation;

import dev.keyturn.source.Sight;
import java.time.Duration;
import java.util.Optional;

/**
 * How a dependant follows something.
 *
 * @param interval the longest time a change may go unseen; empty: no timer, events still count
 * @param used what the dependant's last sync saw there, whatever became of it: it is woken as soon
 *     as something else is known
 */
public record Following(Optional<Duration> interval, Sight used) {}
