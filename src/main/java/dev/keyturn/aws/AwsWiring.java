package dev.keyturn.aws;

import dev.keyturn.aws.identity.Connections;
import dev.keyturn.aws.queue.SqsQueue;
import dev.keyturn.ops.AwsCalls;
import dev.keyturn.ops.Settings;
import dev.keyturn.ops.SteadyTime;
import dev.keyturn.rotation.ChangeFeed;
import dev.keyturn.rotation.ChangeFeeds;
import dev.keyturn.rotation.EventMeters;
import dev.keyturn.rotation.EventShapes;
import dev.keyturn.rotation.SecretEvent;
import dev.keyturn.source.SecretSource;
import dev.keyturn.source.TokenMinter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;

/** Puts the AWS side together. */
@ApplicationScoped
class AwsWiring {

  @Produces
  @Singleton
  Connections connections(Clock clock, SteadyTime waits, TokenMinter minter, AwsCalls metrics) {
    return Connections.open(
        clock,
        waits,
        Thread::sleep,
        minter,
        DefaultCredentialsProvider.builder().build(),
        metrics,
        Thread::startVirtualThread);
  }

  @Produces
  @ApplicationScoped
  SecretSource source(Connections connections) {
    return AwsSource.over(connections);
  }

  @Produces
  @Singleton
  ChangeFeeds feeds(Connections connections, Settings settings, EventMeters meters) {
    return new ChangeFeeds(
        settings.events().queueUrls().orElse(List.of()).stream()
            .<ChangeFeed>map(
                url ->
                    SqsQueue.at(url, connections, Thread::sleep, message -> read(message, meters)))
            .toList());
  }

  private static Optional<SecretEvent> read(String message, EventMeters meters) {
    Optional<SecretEvent> change = EventShapes.read(message);
    if (change.isEmpty()) {
      meters.unknown();
    }
    return change;
  }
}
