package dev.keyturn.aws;

import dev.keyturn.aws.identity.Connections;
import dev.keyturn.aws.identity.Denials;
import dev.keyturn.aws.identity.Sessions;
import dev.keyturn.aws.parameterstore.ParameterStoreSource;
import dev.keyturn.aws.secretsmanager.SecretsManagerSource;
import dev.keyturn.source.Answer;
import dev.keyturn.source.Find;
import dev.keyturn.source.Identity;
import dev.keyturn.source.SecretRef;
import dev.keyturn.source.SecretSource;
import dev.keyturn.source.SecretValue;
import dev.keyturn.source.SourceFailure;
import dev.keyturn.source.VersionMark;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Both of AWS's services that hold secrets; the identity says which one is meant. */
final class AwsSource implements SecretSource {
  private final SecretSource secretsManager;
  private final SecretSource parameterStore;
  private final Sessions sessions;
  private final Denials denials;

  AwsSource(
      SecretSource secretsManager,
      SecretSource parameterStore,
      Sessions sessions,
      Denials denials) {
    this.secretsManager = secretsManager;
    this.parameterStore = parameterStore;
    this.sessions = sessions;
    this.denials = denials;
  }

  static SecretSource over(Connections aws) {
    Denials denials = new Denials(aws.clock());
    return new AwsSource(
        SecretsManagerSource.over(aws, denials),
        ParameterStoreSource.over(aws, denials),
        aws.sessions(),
        denials);
  }

  @Override
  public Map<SecretRef, Answer<SecretValue>> read(Identity identity, Set<SecretRef> refs) {
    return of(identity).read(identity, refs);
  }

  @Override
  public Map<SecretRef, Answer<VersionMark>> look(Identity identity, Set<SecretRef> refs) {
    return of(identity).look(identity, refs);
  }

  @Override
  public Answer<List<String>> find(Identity identity, Find find) {
    return of(identity).find(identity, find);
  }

  @Override
  public void forget(Identity identity) {
    denials.forget(identity);
    sessions.forget(identity);
  }

  @Override
  public Optional<SourceFailure> check(Identity identity) {
    return sessions.refusal(identity);
  }

  private SecretSource of(Identity identity) {
    return switch (identity.service()) {
      case SECRETS_MANAGER -> secretsManager;
      case PARAMETER_STORE -> parameterStore;
    };
  }
}
