package dev.keyturn.gotemplate.value;

import dev.keyturn.gotemplate.value.YamlScalar.Meaning;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads YAML as sigs.k8s.io/yaml does: go-yaml v2's meaning of scalars, then JSON's numbers. */
public final class YamlReader {

  private static final String TAG = "tag:yaml.org,2002:";

  private final Iterator<Event> events;
  private final Budget budget;
  private final Map<String, Value> anchors = new HashMap<>();

  private YamlReader(Iterator<Event> events, Budget budget) {
    this.events = events;
    this.budget = budget;
  }

  /** Reads the first document, which has to be a mapping or nothing. */
  public static Value readMap(String text, Budget budget) throws Failure {
    budget.spend(1 + text.length());
    for (int i = 0; i < text.length(); i += Utf8.widthAt(text, i)) {
      if (Utf8.isInvalidAt(text, i)) {
        throw Failure.because("not YAML: it is not UTF-8");
      }
    }
    LoadSettings settings = LoadSettings.builder().setLabel("template").build();
    try {
      Iterator<Event> events = new Parse(settings).parseString(Utf8.toUnicode(text)).iterator();
      Value value = new YamlReader(events, budget).document();
      return switch (value) {
        case Nil _ -> Dict.any();
        case Dict dict -> dict;
        default -> throw Failure.because("the YAML document is not a mapping");
      };
    } catch (YamlEngineException | NoSuchElementException e) {
      throw Failure.because("not YAML");
    }
  }

  private Value document() throws Failure {
    while (events.hasNext()) {
      Event event = events.next();
      if (event instanceof NodeEvent node) {
        return node(node);
      }
      if (event.getEventId() == Event.ID.StreamEnd) {
        break;
      }
    }
    return Nil.NIL;
  }

  private Value node(Event event) throws Failure {
    budget.spend(1);
    return switch (event) {
      case AliasEvent alias -> copy(anchored(alias.getAlias().getValue()));
      case ScalarEvent scalar -> anchor(scalar, scalar(scalar));
      case SequenceStartEvent sequence -> anchor(sequence, sequence());
      case MappingStartEvent mapping -> anchor(mapping, mapping());
      default -> throw Failure.because("not YAML");
    };
  }

  private Value anchor(NodeEvent event, Value value) {
    event.getAnchor().ifPresent(anchor -> anchors.put(anchor.getValue(), value));
    return value;
  }

  private Value anchored(String name) throws Failure {
    Value value = anchors.get(name);
    if (value == null) {
      throw Failure.because("not YAML: an unknown anchor");
    }
    return value;
  }

  /** Each use is a value of its own; written out, a small document may become a very large one. */
  private Value copy(Value value) throws Failure {
    budget.enter();
    Value copy = value;
    if (value instanceof Dict dict) {
      Dict fresh = Dict.any();
      for (Map.Entry<String, Value> entry : dict.entries().entrySet()) {
        budget.allocateEntries(1);
        fresh.put(entry.getKey(), copy(entry.getValue()));
      }
      copy = fresh;
    } else if (value instanceof Slice slice) {
      List<Value> items = new ArrayList<>();
      for (Value item : slice.items()) {
        budget.allocateEntries(1);
        items.add(copy(item));
      }
      copy = Slice.any(items);
    }
    budget.leave();
    return copy;
  }

  private Value sequence() throws Failure {
    budget.enter();
    List<Value> items = new ArrayList<>();
    for (Event event = events.next();
        event.getEventId() != Event.ID.SequenceEnd;
        event = events.next()) {
      budget.allocateEntries(1);
      items.add(node(event));
    }
    budget.leave();
    return Slice.any(items);
  }

  private Value mapping() throws Failure {
    budget.enter();
    Dict dict = Dict.any();
    for (Event event = events.next();
        event.getEventId() != Event.ID.MappingEnd;
        event = events.next()) {
      budget.allocateEntries(1);
      boolean merge =
          event instanceof ScalarEvent scalar && isPlain(scalar) && scalar.getValue().equals("<<");
      if (merge) {
        merge(dict, node(events.next()));
      } else {
        String key = key(event);
        dict.put(key, node(events.next()));
      }
    }
    budget.leave();
    return dict;
  }

  /** {@code <<}: replaces what stands before it; of a list, the first mapping wins. */
  private void merge(Dict target, Value value) throws Failure {
    switch (value) {
      case Dict dict -> {
        for (Map.Entry<String, Value> entry : dict.entries().entrySet()) {
          target.put(entry.getKey(), entry.getValue());
        }
      }
      case Slice slice -> {
        for (Value item : slice.items().reversed()) {
          if (!(item instanceof Dict)) {
            throw Failure.because("not YAML: a merge needs mappings");
          }
          merge(target, item);
        }
      }
      default -> throw Failure.because("not YAML: a merge needs mappings");
    }
  }

  private static boolean isPlain(ScalarEvent scalar) {
    return scalar.getScalarStyle() == ScalarStyle.PLAIN && scalar.getTag().isEmpty();
  }

  private String key(Event event) throws Failure {
    if (event instanceof ScalarEvent scalar && isPlain(scalar)) {
      String text = Utf8.ofUnicode(scalar.getValue());
      anchor(scalar, scalar(scalar));
      return switch (YamlScalar.of(text)) {
        case Meaning.Truth(boolean truth) -> Boolean.toString(truth);
        case Meaning.Whole(long number, boolean unsigned) when !unsigned -> Long.toString(number);
        case Meaning.Floating(double number) -> realKey(number);
        case Meaning.Null _, Meaning.Whole _ ->
            throw Failure.because("not JSON: a key is neither a string nor a number");
        case Meaning.Timestamp _, Meaning.Plain _ -> text;
      };
    }
    if (!(node(event) instanceof Text text)) {
      throw Failure.because("not JSON: a key is neither a string nor a number");
    }
    return text.bytes();
  }

  /** By 32 bits, as the library writes it. */
  private static String realKey(double number) {
    if (!Double.isFinite(number)) {
      return Double.isNaN(number) ? ".nan" : number > 0 ? ".inf" : "-.inf";
    }
    double shorter = Double.parseDouble(Float.toString((float) number));
    return FloatText.format(shorter, 'g', FloatText.SHORTEST);
  }

  private Value scalar(ScalarEvent scalar) throws Failure {
    String text = Utf8.ofUnicode(scalar.getValue());
    budget.allocate(text.length());
    Optional<String> tag = scalar.getTag();
    if (tag.isEmpty() || tag.get().equals("!")) {
      return isPlain(scalar) ? plain(text) : new Text(text);
    }
    return tagged(tag.get(), text);
  }

  private static Value tagged(String tag, String text) throws Failure {
    Value plain = plain(text);
    boolean fits =
        switch (tag) {
          case TAG + "int" -> YamlScalar.of(text) instanceof Meaning.Whole;
          case TAG + "float" -> plain instanceof Real;
          case TAG + "bool" -> plain instanceof Bool;
          case TAG + "null" -> plain == Nil.NIL;
          default -> true;
        };
    if (!fits) {
      throw Failure.because("not YAML: a value does not fit its tag");
    }
    return switch (tag) {
      case TAG + "int", TAG + "float", TAG + "bool", TAG + "null" -> plain;
      case TAG + "binary" -> binary(text);
      default -> new Text(text);
    };
  }

  private static Value binary(String text) throws Failure {
    try {
      byte[] bytes = Base64.getMimeDecoder().decode(Utf8.toBytes(text));
      // On its way through JSON, what is not UTF-8 is replaced.
      return new Text(Runes.map(Utf8.ofBytes(bytes), rune -> rune));
    } catch (IllegalArgumentException e) {
      throw Failure.because("not YAML: !!binary is not base64");
    }
  }

  private static Value plain(String text) throws Failure {
    return switch (YamlScalar.of(text)) {
      case Meaning.Null _ -> Nil.NIL;
      case Meaning.Truth(boolean truth) -> Bool.of(truth);
      case Meaning.Whole(long number, boolean unsigned) ->
          new Real(unsigned ? (number >>> 1) * 2.0 + (number & 1) : number);
      case Meaning.Floating(double number) -> {
        if (!Double.isFinite(number)) {
          throw Failure.because("not JSON: infinity or NaN");
        }
        yield new Real(number);
      }
      case Meaning.Timestamp _, Meaning.Plain _ -> new Text(text);
    };
  }
}
