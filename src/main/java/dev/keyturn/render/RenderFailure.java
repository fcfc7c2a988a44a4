package dev.keyturn.render;

import dev.keyturn.api.DecodingStrategy;
import dev.keyturn.api.MaybeUnreadable;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Why no Secret could be made of what was fetched. A change of the manifest or of the source helps,
 * and of {@link OutOfTime} and {@link NoTurn} another try. Messages name the object and what to do,
 * never a value.
 */
public sealed interface RenderFailure {
  /** Of {@code rewrite.regexp.target}. */
  String BRACES =
      "a group that letters, digits or '_' follow is written in braces, ${1}_X, since $1_X is the"
          + " group 1_X";

  /** Where in the manifest: {@code spec.data[2]}. */
  String where();

  /** One or two sentences for a person, after {@link #where}. */
  String advice();

  /** Whether the same manifest and the same source may do another time. */
  default boolean mayPass() {
    return false;
  }

  /** For conditions and events. */
  default String message() {
    return where() + ": " + advice();
  }

  record NoStore(String where) implements RenderFailure {
    @Override
    public String advice() {
      return "no store is named: set spec.secretStoreRef.name or sourceRef.storeRef here";
    }
  }

  /** The manifest itself does not fit our classes. */
  record Unreadable(String where) implements RenderFailure {
    @Override
    public String advice() {
      return MaybeUnreadable.ADVICE;
    }
  }

  /** A field of External Secrets Operator that Keyturn does not have. */
  record NotBuilt(String where, String instead) implements RenderFailure {
    @Override
    public String advice() {
      return "this is not built in Keyturn: " + instead;
    }
  }

  record BadVersion(String where, String version) implements RenderFailure {
    @Override
    public String advice() {
      return Quoted.text(version)
          + " is not a version: write a version stage such as AWSPREVIOUS or uuid/<version id>"
          + " (Parameter Store: a number or a label)";
    }
  }

  record BadPattern(String where, String reason) implements RenderFailure {
    @Override
    public String advice() {
      return reason;
    }
  }

  /** More work than one rendering may do. */
  record TooMuch(String where, String reason) implements RenderFailure {
    @Override
    public String advice() {
      return "too much to do: " + reason + "; make it simpler, or read fewer keys";
    }
  }

  /** Others take the processor time there is. Comes again by itself. */
  record NoTurn(String where, String reason) implements RenderFailure {
    @Override
    public String advice() {
      return "no processor time: " + reason + "; it is tried again by itself, or make it simpler";
    }
  }

  record OutsidePrefix(String where, String key, String prefix) implements RenderFailure {
    @Override
    public String advice() {
      return Quoted.text(key)
          + " is outside of the prefix "
          + Quoted.text(prefix)
          + " of the store: write the name without the prefix, or use another store";
    }
  }

  record MissingProperty(String where, String property, String secret) implements RenderFailure {
    @Override
    public String advice() {
      return "property "
          + Quoted.text(property)
          + " is not in secret "
          + Quoted.text(secret)
          + ": correct the path or add it to the secret";
    }
  }

  record NotJson(String where, String secret, String wanted) implements RenderFailure {
    @Override
    public String advice() {
      return "secret "
          + Quoted.text(secret)
          + " is not "
          + wanted
          + ": correct the secret, or read it whole with data[] and without property";
    }
  }

  record NotUtf8(String where, String secret) implements RenderFailure {
    @Override
    public String advice() {
      return "secret "
          + Quoted.text(secret)
          + " is binary and not UTF-8 text: read it whole with data[] and without property";
    }
  }

  record NotDecodable(String where, String key, DecodingStrategy strategy)
      implements RenderFailure {
    @Override
    public String advice() {
      return "key "
          + Quoted.text(key)
          + " is not "
          + switch (strategy) {
            case BASE64 -> "Base64";
            case BASE64_URL -> "Base64URL";
            case AUTO, NONE -> "text";
          }
          + ": correct the secret, or use decodingStrategy Auto or None";
    }
  }

  record NullByte(String where, String key) implements RenderFailure {
    @Override
    public String advice() {
      return "key "
          + Quoted.text(key)
          + " has a NUL byte: correct the secret, or use nullBytePolicy Ignore";
    }
  }

  record BadKey(String where, String key) implements RenderFailure {
    @Override
    public String advice() {
      return Quoted.text(key)
          + " cannot be a key of a Secret (letters, digits, '-', '_' and '.', at most 253):"
          + " change it with rewrite";
    }
  }

  /** A key that a template made; it may hold a value and is not told. */
  record BadTemplatedKey(String where) implements RenderFailure {
    @Override
    public String advice() {
      return "the template makes a key that a Secret cannot have (letters, digits, '-', '_' and"
          + " '.', at most 253): correct the template";
    }
  }

  record KeyCollision(String where, String first, String second, String key)
      implements RenderFailure {
    @Override
    public String advice() {
      return Quoted.text(first)
          + " and "
          + Quoted.text(second)
          + " both become key "
          + Quoted.text(key)
          + (where.contains(".rewrite")
              ? ": correct source and target; " + BRACES
              : ": tell them apart with rewrite, or with conversionStrategy Unicode");
    }
  }

  /** Every name becomes empty. */
  record NoKeyLeft(String where, List<String> keys) implements RenderFailure {
    public NoKeyLeft {
      keys = List.copyOf(keys);
    }

    @Override
    public String advice() {
      return "this makes every key empty ("
          + keys.stream().limit(5).map(Quoted::text).collect(Collectors.joining(", "))
          + (keys.size() > 5 ? " and %d more".formatted(keys.size() - 5) : "")
          + "): correct source and target; "
          + BRACES;
    }
  }

  record MergeConflict(String where, List<String> fields) implements RenderFailure {
    public MergeConflict {
      fields = List.copyOf(fields);
    }

    @Override
    public String advice() {
      return "several secrets have "
          + Quoted.list(fields)
          + ": use conflictPolicy Ignore, with priority to say which wins";
    }
  }

  record MissingPriority(String where, String key) implements RenderFailure {
    @Override
    public String advice() {
      return "key "
          + Quoted.text(key)
          + " of priority was not found: correct it, or use priorityPolicy IgnoreNotFound";
    }
  }

  record TemplateFailed(String where, String reason) implements RenderFailure {
    @Override
    public String advice() {
      return "the template failed: " + reason;
    }
  }

  /** The time was over, which a busy machine may be the reason of. */
  record OutOfTime(String where, String reason) implements RenderFailure {
    @Override
    public boolean mayPass() {
      return true;
    }

    @Override
    public String advice() {
      return "not done in time: " + reason + "; it is tried again";
    }
  }

  record NotAMap(String where, String reason) implements RenderFailure {
    @Override
    public String advice() {
      return "the template must make a YAML map of keys and strings, but " + reason;
    }
  }

  /**
   * @param kind {@code ConfigMap} or {@code Secret}
   */
  record MissingTemplateSource(String where, String kind, String name) implements RenderFailure {
    @Override
    public String advice() {
      return kind + " " + Quoted.text(name) + " is not in this namespace: create it";
    }
  }

  record MissingTemplateKey(String where, String kind, String name, String key)
      implements RenderFailure {
    @Override
    public String advice() {
      return kind
          + " "
          + Quoted.text(name)
          + " has no key "
          + Quoted.text(key)
          + ": add it, or correct templateFrom[].items";
    }
  }

  /** The API server would refuse it, with the value in its message, or with no word of where. */
  record NotAccepted(String where, String reason) implements RenderFailure {
    @Override
    public String advice() {
      return reason;
    }
  }

  record TooLarge(String where, long bytes) implements RenderFailure {
    @Override
    public String advice() {
      return "the Secret would have "
          + bytes
          + " bytes, more than the 1048576 that Kubernetes allows: read fewer keys, or split it"
          + " over several ExternalSecrets";
    }
  }
}
