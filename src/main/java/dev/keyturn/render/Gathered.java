package dev.keyturn.render;

import dev.keyturn.render.Rendered.Missing;
import dev.keyturn.source.Answer;
import dev.keyturn.source.SecretRef;
import dev.keyturn.source.SecretValue;
import dev.keyturn.source.SourceFailure;
import dev.keyturn.source.Version;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The answers of AWS, sorted: entries with their values, entries without source, refusals. */
final class Gathered {
  private final List<Filled> filled = new ArrayList<>();
  private final List<Missing> missing = new ArrayList<>();
  private final List<SourceFailure> failures = new ArrayList<>();
  private boolean secretMissing;

  /** An entry and its values: one, or one per name that was found. */
  sealed interface Filled {
    record Value(Entry entry, SecretValue value) implements Filled {}

    record Values(Entry.Search entry, Map<String, SecretValue> byName) implements Filled {}
  }

  private Gathered() {}

  static Gathered of(Request request, Fetched fetched) {
    Gathered gathered = new Gathered();
    for (Request.Wanted wanted : request.wanted()) {
      switch (wanted) {
        case Request.Wanted.Value value -> gathered.add(value, fetched);
        case Request.Wanted.Names names -> gathered.add(names, fetched);
      }
    }
    return gathered;
  }

  List<Filled> filled() {
    return filled;
  }

  List<Missing> missing() {
    return missing;
  }

  /** What AWS refused for another reason than that the secret is gone. */
  List<SourceFailure> failures() {
    return failures;
  }

  /** Whether nothing is left of any entry. */
  boolean allMissing() {
    return filled.isEmpty() && !missing.isEmpty();
  }

  /** Whether a secret is missing that an entry names (a search may find nothing). */
  boolean secretMissing() {
    return secretMissing;
  }

  private void add(Request.Wanted.Value wanted, Fetched fetched) {
    Entry entry = wanted.entry();
    switch (fetched.value(entry.store(), wanted.ref())) {
      case Answer.Found<SecretValue>(SecretValue value) ->
          filled.add(new Filled.Value(entry, value));
      case Answer.Failed<SecretValue>(SourceFailure failure) -> {
        if (isGone(wanted.ref(), failure)) {
          secretMissing = true;
          missing.add(new Missing(entry.where() + ": " + failure.message()));
        } else {
          failures.add(failure);
        }
      }
    }
  }

  private void add(Request.Wanted.Names wanted, Fetched fetched) {
    Entry.Search entry = wanted.entry();
    switch (fetched.names(entry.store(), wanted.find())) {
      case Answer.Failed<List<String>>(SourceFailure failure) -> failures.add(failure);
      case Answer.Found<List<String>>(List<String> names) -> {
        Map<String, SecretValue> values = new LinkedHashMap<>();
        boolean complete = true;
        for (SecretRef ref : Request.refs(wanted.find(), names)) {
          switch (fetched.value(entry.store(), ref)) {
            case Answer.Found<SecretValue>(SecretValue value) -> values.put(ref.key(), value);
            // Even if it is gone: lists of AWS lag, and a hole must not look like a smaller list.
            case Answer.Failed<SecretValue>(SourceFailure failure) -> {
              complete = false;
              failures.add(failure);
            }
          }
        }
        if (complete && values.isEmpty()) {
          missing.add(new Missing(entry.where() + ": find matches no secret"));
        } else {
          filled.add(new Filled.Values(entry, values));
        }
      }
    }
  }

  /** A stage or version that is not there says nothing of the secret, and may be misspelt. */
  private static boolean isGone(SecretRef ref, SourceFailure failure) {
    return switch (failure) {
      case SourceFailure.NotFound notFound ->
          ref.version() instanceof Version.Current || !notFound.mayBeOfVersion();
      case SourceFailure.MarkedForDeletion _ -> true;
      case SourceFailure.Denied _,
          SourceFailure.Throttled _,
          SourceFailure.Unavailable _,
          SourceFailure.Malformed _,
          SourceFailure.BadCredentials _ ->
          false;
    };
  }
}
