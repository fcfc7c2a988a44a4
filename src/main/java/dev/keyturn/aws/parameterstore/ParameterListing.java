package dev.keyturn.aws.parameterstore;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.keyturn.aws.call.Failures;
import dev.keyturn.aws.call.Operation;
import dev.keyturn.aws.call.Pages;
import dev.keyturn.aws.call.SearchBounds;
import dev.keyturn.aws.identity.Denials;
import dev.keyturn.source.Answer;
import dev.keyturn.source.Find;
import dev.keyturn.source.Identity;
import dev.keyturn.source.SourceFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import software.amazon.awssdk.services.ssm.model.DescribeParametersResponse;
import software.amazon.awssdk.services.ssm.model.GetParametersByPathResponse;
import software.amazon.awssdk.services.ssm.model.Parameter;
import software.amazon.awssdk.services.ssm.model.ParameterMetadata;
import software.amazon.awssdk.services.ssm.model.ParameterStringFilter;

/**
 * Finds parameters: by DescribeParameters, fifty a page and without values; where that is denied,
 * and no tags are asked for, by GetParametersByPath.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html">DescribeParameters</a>
 */
final class ParameterListing {
  private static final Duration PROBE = Duration.ofHours(1);

  private final ParameterStore aws;
  private final Denials denials;

  ParameterListing(ParameterStore aws, Denials denials) {
    this.aws = aws;
    this.denials = denials;
  }

  Answer<List<String>> find(Identity identity, Find find) {
    Optional<Pattern> name;
    try {
      name = find.nameRegexp().map(Pattern::compile);
    } catch (PatternSyntaxException e) {
      return Answer.failed(SearchBounds.badPattern(e.getPattern()));
    }
    Predicate<String> matches =
        candidate ->
            find.path().filter(path -> !isUnder(candidate, path)).isEmpty()
                && name.filter(pattern -> !pattern.matcher(candidate).find()).isEmpty();
    Optional<String> folder = folder(find);
    Optional<SourceFailure> denied =
        denials.standing(identity, Operation.DESCRIBE_PARAMETERS.permission());
    if (denied.isPresent() && folder.isPresent()) {
      return walk(identity, folder.get(), matches);
    }
    Answer<List<String>> described =
        pages(next -> described(identity, filters(find), next), matches);
    if (described instanceof Answer.Failed<List<String>>(SourceFailure failure)
        && Failures.forbids(failure, Operation.DESCRIBE_PARAMETERS)
        && folder.isPresent()) {
      denials.denied(identity, Operation.DESCRIBE_PARAMETERS.permission(), failure, PROBE);
      return walk(identity, folder.get(), matches);
    }
    return described;
  }

  /**
   * A path is a folder: {@code /prod} does not mean {@code /production}. One that ends in
   * punctuation, or does not start with a slash, is the beginning of a name.
   */
  static boolean isUnder(String name, String path) {
    if (!name.startsWith(path) || name.length() == path.length()) {
      return false;
    }
    boolean folder =
        path.startsWith("/") && Character.isLetterOrDigit(path.charAt(path.length() - 1));
    return !folder || name.charAt(path.length()) == '/';
  }

  private Answer<List<String>> walk(Identity identity, String folder, Predicate<String> matches) {
    return pages(next -> under(identity, folder, next), matches);
  }

  private Answer<Page> described(
      Identity identity, List<ParameterStringFilter> filters, Optional<String> next) {
    return switch (aws.describe(identity, filters, next)) {
      case Answer.Failed<DescribeParametersResponse>(SourceFailure failure) ->
          Answer.failed(failure);
      case Answer.Found<DescribeParametersResponse>(DescribeParametersResponse r) ->
          Answer.found(
              new Page(
                  r.parameters().stream().map(ParameterMetadata::name).toList(),
                  Optional.ofNullable(r.nextToken())));
    };
  }

  private Answer<Page> under(Identity identity, String folder, Optional<String> next) {
    return switch (aws.under(identity, folder, next)) {
      case Answer.Failed<GetParametersByPathResponse>(SourceFailure failure) ->
          Answer.failed(failure);
      case Answer.Found<GetParametersByPathResponse>(GetParametersByPathResponse r) ->
          Answer.found(
              new Page(
                  r.parameters().stream().map(Parameter::name).toList(),
                  Optional.ofNullable(r.nextToken())));
    };
  }

  private Answer<List<String>> pages(
      Function<Optional<String>, Answer<Page>> ask, Predicate<String> matches) {
    TreeSet<String> names = new TreeSet<>();
    Optional<String> next = Optional.empty();
    Pages pages = aws.pages();
    do {
      switch (ask.apply(next)) {
        case Answer.Failed<Page>(SourceFailure failure) -> {
          return Answer.failed(failure);
        }
        case Answer.Found<Page>(Page page) -> {
          page.names().stream().filter(matches).forEach(names::add);
          next = page.next();
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

  private static List<ParameterStringFilter> filters(Find find) {
    List<ParameterStringFilter> filters = new ArrayList<>();
    find.path()
        .filter(path -> !path.isEmpty())
        .ifPresent(path -> filters.add(filter("Name", "BeginsWith", path)));
    find.tags().forEach((key, value) -> filters.add(filter("tag:" + key, "Equals", value)));
    return filters;
  }

  private static ParameterStringFilter filter(String key, String option, String value) {
    return ParameterStringFilter.builder().key(key).option(option).values(value).build();
  }

  /** The folder that holds all that may match; empty where none does. */
  private static Optional<String> folder(Find find) {
    if (!find.tags().isEmpty()) {
      return Optional.empty();
    }
    String path = find.path().orElse("/");
    if (!path.startsWith("/")) {
      return Optional.empty();
    }
    if (Character.isLetterOrDigit(path.charAt(path.length() - 1))) {
      return Optional.of(path);
    }
    int slash = path.lastIndexOf('/');
    return Optional.of(slash == 0 ? "/" : path.substring(0, slash));
  }

  private record Page(List<String> names, Optional<String> next) {}
}
