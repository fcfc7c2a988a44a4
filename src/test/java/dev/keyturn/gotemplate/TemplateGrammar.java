package dev.keyturn.gotemplate;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Random templates. Most expressions have the types that they need, so that most templates render;
 * some are put together without care, so that the others fail in many ways.
 */
final class TemplateGrammar {

  /** The values that generated templates are rendered with. */
  static final Map<String, String> DATA =
      new TreeMap<>(
          Map.of(
              "a", "alpha",
              "b", "",
              "n", "42",
              "f", "2.50",
              "u", "h\u00e9llo \u2603 W\u00f6rld",
              "csv", "c,a,,b",
              "json", "{\"x\":[1,\"two\",null,{\"y\":true}],\"z\":1.5e10,\"s\":\"<&>\"}",
              "multi", "one\n two\n"));

  /** What yields a string; S, I, F, L, D, B and A stand for expressions of a type. */
  private static final List<String> STRINGS =
      List.of(
          "$.a",
          "$.b",
          "$.n",
          "$.f",
          "$.u",
          "$.csv",
          "$.multi",
          "\"str\"",
          "\"\"",
          "`raw \"q\"`",
          "\"\\u00e9\\n\"",
          "upper S",
          "lower S",
          "title S",
          "untitle S",
          "swapcase S",
          "trim S",
          "trimAll S S",
          "trimSuffix S S",
          "trimPrefix S S",
          "trunc I S",
          "substr I I S",
          "repeat J S",
          "nospace S",
          "initials S",
          "camelcase S",
          "snakecase S",
          "kebabcase S",
          "abbrev I S",
          "abbrevboth I I S",
          "wrap I S",
          "wrapWith I S S",
          "quote A",
          "squote A A",
          "cat A A A",
          "indent J S",
          "nindent J S",
          "replace S S S",
          "plural S S I",
          "toString A",
          "join S L",
          "b64enc S",
          "b64dec S",
          "b32enc S",
          "b32dec S",
          "sha256sum S",
          "sha1sum S",
          "adler32sum S",
          "print A A",
          "println A S",
          "printf \"%v|%5v\" A A",
          "printf \"%d %x %q\" I S S",
          "printf \"%6.2f|%e|%g\" F F F",
          "printf \"%T %s\" A S",
          "printf \"%#v|%+v\" S A",
          "printf S A",
          "printf \"%-8s|%8.3s|%x\" S S S",
          "printf \"%05d|%+d|%o|%b|%U|%c\" I I J J J J",
          "html A",
          "js S",
          "urlquery S A",
          "toJson A",
          "toPrettyJson A",
          "toRawJson A",
          "toYaml A",
          "base S",
          "dir S",
          "clean S",
          "ext S",
          "regexFind \"[a-c]+\" S",
          "regexReplaceAll \"(a|l)\" S S",
          "regexReplaceAllLiteral \"[^a]\" S S",
          "regexQuoteMeta S",
          "typeOf A",
          "kindOf A",
          "seq J J",
          "ternary S S B",
          "default S S",
          "hello",
          "duration I",
          "substr 0 I S",
          "S | upper",
          "S | quote | trunc I",
          "A | toString",
          "get D S | toString");

  private static final List<String> INTS =
      List.of(
          "0", "1", "2", "5", "-3", "'c'", "0x1F", "len S", "len L", "len D", "int A", "atoi S",
          "int F");

  private static final List<String> SMALL_INTS = List.of("0", "1", "2", "3", "7");

  private static final List<String> NUMBERS =
      List.of(
          "I",
          "1.5",
          "-2.25",
          "1e3",
          "3.0",
          "add A A",
          "sub A A",
          "mul A A A",
          "div A I",
          "mod A I",
          "add1 A",
          "max A A",
          "min A A",
          "addf A A",
          "subf A A",
          "mulf A A",
          "divf A I",
          "add1f A",
          "maxf A A",
          "minf A A",
          "ceil A",
          "floor A",
          "round A J",
          "float64 A",
          "int64 A",
          "toDecimal A");

  private static final List<String> REALS =
      List.of(
          "1.5",
          "-2.25",
          "1e21",
          "1e-7",
          "0.1",
          "addf A A",
          "float64 A",
          "divf I 3",
          "ceil A",
          "123456789.125");

  private static final List<String> LISTS =
      List.of(
          "list",
          "list A A",
          "list A S I nil",
          "splitList \",\" $.csv",
          "splitList S S",
          "until J",
          "untilStep J I 2",
          "append L A",
          "prepend L A",
          "rest L",
          "initial L",
          "reverse L",
          "compact L",
          "uniq L",
          "without L A A",
          "concat L L",
          "sortAlpha L",
          "toStrings A",
          "keys D | sortAlpha",
          "chunk 2 L",
          "slice L 0 1",
          "slice L 1",
          "(fromJson $.json).x",
          "regexFindAll \"[a-z]\" S I",
          "regexSplit \"l|,\" S I",
          "pluck \"k\" D D",
          "L | reverse",
          "values (pick D \"k\")",
          "tuple A A");

  private static final List<String> DICTS =
      List.of(
          "dict",
          "dict \"k\" A",
          "dict \"k\" A \"j\" A",
          "fromJson $.json",
          "set D \"k\" A",
          "unset D \"k\"",
          "pick D \"k\"",
          "omit D \"k\"",
          "merge D D",
          "mergeOverwrite D D",
          "deepCopy D",
          "fromYaml (toYaml D)",
          "fromJson (toJson D)",
          "urlParse \"http://u:p@h:1/p?q#f\"");

  private static final List<String> BOOLS =
      List.of(
          "true",
          "false",
          "not A",
          "eq S S",
          "ne S S",
          "lt I I",
          "le S S",
          "gt I I",
          "ge I I",
          "eq I I I",
          "contains S S",
          "hasPrefix S S",
          "hasSuffix S S",
          "hasKey D S",
          "has A L",
          "empty A",
          "all A A",
          "any A A",
          "deepEqual A A",
          "kindIs \"string\" A",
          "typeIs \"int\" A",
          "regexMatch \"^[a-z]+$\" S",
          "isAbs S",
          "semverCompare \">1.0\" \"1.2.3\"");

  private static final List<String> ANY =
      List.of(
          "S",
          "S",
          "I",
          "F",
          "N",
          "L",
          "D",
          "B",
          "nil",
          "first L",
          "last L",
          "index L 0",
          "index D \"k\"",
          "get D \"k\"",
          "coalesce A A",
          "and A A",
          "or A A",
          "default A A",
          "ternary A A B",
          "dig \"k\" A D",
          ".",
          "$.a",
          "split \",\" S",
          "semver \"1.2.3-x\"",
          "(dict \"k\" A).k");

  /** Put together without regard to types. */
  private static final List<String> CARELESS =
      List.of(
          "A",
          "$x",
          "$i",
          ".missing",
          "$x.y",
          "9223372036854775807",
          "upper A",
          "index A A",
          "len A",
          "eq A A",
          "lt A A",
          "A | upper",
          "A | printf \"%v\"",
          "trunc A A",
          "join A A",
          "keys A | sortAlpha",
          "first A",
          "add A",
          "printf A A A",
          "nosuch A",
          "A A",
          "slice A A A",
          "int A A",
          "merge A A",
          "fromJson A",
          "mustFromJson S",
          "mustToJson A",
          "until A",
          "substr A A A",
          "A.x");

  private final Random random;
  private int budget = 60;

  TemplateGrammar(Random random) {
    this.random = random;
  }

  private String pick(List<String> options) {
    return options.get(random.nextInt(options.size()));
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  String template() {
    return blocks(3);
  }

  private String blocks(int depth) {
    StringBuilder out = new StringBuilder();
    for (int i = random.nextInt(4); i >= 0; i--) {
      out.append(block(depth));
    }
    return out.toString();
  }

  private String block(int depth) {
    int choice = random.nextInt(depth > 0 ? 14 : 8);
    return switch (choice) {
      case 0, 1 ->
          pick(List.of("", " ", "text ", "\n", " \n  ", "}}", "{ x }", "\u00e9\u2603", "- "));
      case 2, 3, 4, 5, 6 -> action(expression("A", 3));
      case 7 -> action(pick(List.of("$x := ", "$i := ", "$y := ")) + expression("A", 2));
      case 8 -> branch("if", depth);
      case 9 -> branch("with", depth);
      case 10, 11 -> range(depth);
      case 12 ->
          action("block \"" + pick(List.of("p", "q", "r")) + random.nextInt(100) + "\" $")
              + blocks(depth - 1)
              + "{{ end }}";
      default -> pick(List.of("{{/* c */}}", " {{- /* c */ -}} "));
    };
  }

  private String action(String content) {
    return (chance(15) ? "{{- " : "{{ ") + content + (chance(15) ? " -}}" : " }}");
  }

  private String branch(String keyword, int depth) {
    String otherwise = chance(50) ? "{{ else }}" + blocks(depth - 1) : "";
    String middle = chance(20) ? "{{ else " + keyword + "" + " $.b }}x" : "";
    return action(keyword + " " + expression("A", 2))
        + blocks(depth - 1)
        + middle
        + otherwise
        + action("end");
  }

  private String range(int depth) {
    String variables = pick(List.of("", "$x := ", "$i, $x := "));
    String over = chance(80) ? expression(pick(List.of("L", "D")), 2) : expression("A", 1);
    String shown = variables.isEmpty() ? "{{ . }}" : "{{ $x }}";
    String flow =
        pick(
            List.of(
                "", "", "{{ break }}", "{{ if eq (toString .) \"1\" }}{{ continue }}{{ end }}"));
    return action("range " + variables + over)
        + shown
        + flow
        + blocks(depth - 1)
        + pick(List.of("{{ end }}", "{{ else }}none{{ end }}"));
  }

  private String expression(String type, int depth) {
    if (random.nextInt(400) == 0) {
      return fill(pick(CARELESS), depth - 1);
    }
    List<String> patterns =
        switch (type) {
          case "S" -> STRINGS;
          case "I" -> INTS;
          case "J" -> SMALL_INTS;
          case "N" -> NUMBERS;
          case "F" -> REALS;
          case "L" -> LISTS;
          case "D" -> DICTS;
          case "B" -> BOOLS;
          default -> ANY;
        };
    String pattern = pick(patterns);
    if (depth <= 0 || --budget <= 0) {
      pattern =
          switch (type) {
            case "S" -> pick(STRINGS.subList(0, 11));
            case "I", "J" -> pick(SMALL_INTS);
            case "N", "F" -> pick(List.of("1.5", "-2.25", "7"));
            case "L" -> pick(List.of("list", "list 1 \"a\" nil 2.5", "splitList \",\" $.csv"));
            case "D" -> pick(List.of("dict", "dict \"k\" 1 \"j\" $.a", "fromJson $.json"));
            case "B" -> pick(List.of("true", "false"));
            default -> pick(List.of("$.a", "$.n", "3", "2.5", "nil", "\"x\"", "true"));
          };
    }
    return fill(pattern, depth - 1);
  }

  private String fill(String pattern, int depth) {
    StringBuilder out = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      quoted ^= c == '"' || c == '`';
      boolean alone =
          (i == 0 || " (".indexOf(pattern.charAt(i - 1)) >= 0)
              && (i + 1 == pattern.length() || " ).".indexOf(pattern.charAt(i + 1)) >= 0);
      if (!quoted && alone && "SIJNFLDBA".indexOf(c) >= 0) {
        String inner = expression(String.valueOf(c), depth);
        out.append(pattern.length() > 1 && inner.indexOf(' ') >= 0 ? "(" + inner + ")" : inner);
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
