package dev.keyturn.aws;

import dev.keyturn.ops.AwsCalls;
import dev.keyturn.source.SecretSource;
import dev.keyturn.source.TokenMinter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.time.Clock;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;

/** Puts the AWS side together. */
@ApplicationScoped
class AwsWiring {

  @Produces
  @ApplicationScoped
  SecretSource source(Clock clock, TokenMinter minter, AwsCalls metrics) {
    return AwsSource.create(
        clock,
        Thread::sleep,
        minter,
        DefaultCredentialsProvider.builder().build(),
        metrics,
        Thread::startVirtualThread);
  }
}
