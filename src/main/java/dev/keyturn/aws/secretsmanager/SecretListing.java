package dev.keyturn.aws.secretsmanager;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.keyturn.aws.call.Pages;
import dev.keyturn.aws.call.SearchBounds;
import dev.keyturn.source.Answer;
import dev.keyturn.source.Find;
import dev.keyturn.source.Identity;
import dev.keyturn.source.SourceFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import software.amazon.awssdk.services.secretsmanager.model.Filter;
import software.amazon.awssdk.services.secretsmanager.model.FilterNameStringType;
import software.amazon.awssdk.services.secretsmanager.model.ListSecretsResponse;
import software.amazon.awssdk.services.secretsmanager.model.SecretListEntry;

/**
 * Finds secrets by name, tags and path. AWS's filters match beginnings and only narrow the listing;
 * what counts is checked here.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html">ListSecrets</a>
 */
final class SecretListing {
  private final SecretsManager aws;

  SecretListing(SecretsManager aws) {
    this.aws = aws;
  }

  Answer<List<String>> find(Identity identity, Find find) {
    Optional<Pattern> name;
    try {
      name = find.nameRegexp().map(Pattern::compile);
    } catch (PatternSyntaxException e) {
      return Answer.failed(SearchBounds.badPattern(e.getPattern()));
    }
    TreeSet<String> names = new TreeSet<>();
    Optional<String> next = Optional.empty();
    Pages pages = aws.pages();
    do {
      switch (aws.list(identity, filters(find), next)) {
        case Answer.Failed<ListSecretsResponse>(SourceFailure failure) -> {
          return Answer.failed(failure);
        }
        case Answer.Found<ListSecretsResponse>(ListSecretsResponse page) -> {
          page.secretList().stream()
              .filter(secret -> matches(secret, find, name))
              .map(SecretListEntry::name)
              .forEach(names::add);
          next = Optional.ofNullable(page.nextToken());
        }
      }
      if (names.size() > SearchBounds.MOST) {
        return Answer.failed(SearchBounds.tooMany());
      }
      if (pages.endless(next)) {
        return Answer.failed(Pages.failure("find"));
      }
    } while (next.isPresent());
    return Answer.found(List.copyOf(names));
  }

  private static List<Filter> filters(Find find) {
    List<Filter> filters = new ArrayList<>();
    find.path().ifPresent(path -> filter(filters, FilterNameStringType.NAME, path));
    find.tags().entrySet().stream()
        .min(Map.Entry.comparingByKey())
        .ifPresent(
            tag -> {
              filter(filters, FilterNameStringType.TAG_KEY, tag.getKey());
              filter(filters, FilterNameStringType.TAG_VALUE, tag.getValue());
            });
    return filters;
  }

  /** A leading exclamation mark would negate. */
  private static void filter(List<Filter> filters, FilterNameStringType key, String beginning) {
    if (!beginning.isEmpty() && !beginning.startsWith("!")) {
      filters.add(Filter.builder().key(key).values(beginning).build());
    }
  }

  private static boolean matches(SecretListEntry secret, Find find, Optional<Pattern> name) {
    return secret.deletedDate() == null
        && find.path().filter(path -> !secret.name().startsWith(path)).isEmpty()
        && name.filter(pattern -> !pattern.matcher(secret.name()).find()).isEmpty()
        && find.tags().entrySet().stream()
            .allMatch(
                tag ->
                    secret.tags().stream()
                        .anyMatch(
                            held ->
                                tag.getKey().equals(held.key())
                                    && tag.getValue().equals(held.value())));
  }
}
