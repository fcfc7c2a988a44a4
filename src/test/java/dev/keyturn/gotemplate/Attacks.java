package dev.keyturn.gotemplate;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;

/** Templates that ask for more than a rendering may use; each is refused as too expensive. */
final class Attacks {

  /** What a hostile template does, in words, and how. */
  record Attack(String does, String template) {}

  static final Map<String, byte[]> DATA = Map.of("a", "secret".getBytes(StandardCharsets.UTF_8));

  private Attacks() {}

  static Stream<Attack> all() {
    return Stream.concat(onMemory(), others());
  }

  /** Those that would fill the heap. */
  static Stream<Attack> onMemory() {
    return Stream.of(
        new Attack(
            "repeats until the product overflows",
            "{{ $x := repeat 8388608 \"a\" }}{{ repeat 1099511627776 $x }}"),
        new Attack(
            "indents until the product overflows",
            "{{ indent 4611686018427387904 (repeat 4 \"\\n\") }}"),
        new Attack(
            "nests lists",
            "{{ $x := list }}{{ range 3000000 }}{{ $x = list $x $x $x $x }}{{ end }}"),
        new Attack(
            "nests dictionaries",
            "{{ $x := dict }}{{ range 3000000 }}{{ $x = dict \"a\" $x }}{{ end }}"),
        new Attack(
            "chunks and keeps",
            "{{ $x := list }}{{ range until 30 }}{{ $x = append $x (chunk 1 (until 50000)) }}{{ end }}"),
        new Attack(
            "copies a dictionary in nested loops",
            "{{ $d := dict }}{{ range $i, $_ := until 20000 }}{{ $_ := set $d (toString $i) 1 }}{{ end }}"
                + "{{ range $d }}".repeat(90)
                + "{{ end }}".repeat(90)),
        new Attack("cleans a path of many parts", "{{ clean (repeat 4000000 \"a/\") }}"),
        new Attack("asks for the folder of many", "{{ dir (repeat 4000000 \"a/\") }}"),
        new Attack("writes a date in a thousand ways", "{{ date (repeat 4000000 \"2\") now }}"),
        new Attack(
            "reads a date in a thousand ways",
            "{{ toDate (repeat 4000000 \"2\") (repeat 4000000 \"2\") }}"),
        new Attack("has words in title case", "{{ title (repeat 7000000 \"a\") }}"),
        new Attack("shuffles much", "{{ shuffle (repeat 7000000 \"a\") }}"),
        new Attack("names all letters often", "{{ regexMatch (repeat 20000 \"\\\\pL\") \"a\" }}"),
        new Attack(
            "names all letters in a class",
            "{{ regexMatch (print \"[\" (repeat 20000 \"\\\\pL\") \"]\") \"a\" }}"),
        new Attack("is made of actions alone", "{{1}}".repeat(200_000)),
        new Attack("lists without end", "{{ list " + "1 ".repeat(400_000) + "}}"),
        new Attack(
            "has a long key in YAML",
            "{{ toYaml (dict (print (repeat 3000000 \"a\") \"1\") 1 (print (repeat 3000000 \"a\") \"2\") 2) }}"),
        new Attack(
            "splits and keeps",
            "{{ $x := list }}{{ range until 100 }}{{ $x = append $x (splitList \",\" (repeat 50000 \",\")) }}{{ end }}"),
        new Attack(
            "writes the same again and again",
            "{{ $x := repeat 500000 \"a\" }}{{ $x }}{{ $x }}{{ $x }}"));
  }

  static Stream<Attack> others() {
    return Stream.of(
        new Attack(
            "looks for much in much",
            "{{ contains (print (repeat 500000 \"a\") \"b\") (repeat 2000000 \"a\") }}"),
        new Attack(
            "replaces much in much",
            "{{ replace (print (repeat 500000 \"a\") \"b\") \"\" (repeat 2000000 \"a\") }}"),
        new Attack(
            "splits much by much",
            "{{ splitList (print (repeat 500000 \"a\") \"b\") (repeat 2000000 \"a\") }}"),
        new Attack("reads a long version", "{{ semver (repeat 4000000 \"1\") }}"),
        new Attack(
            "sorts one long text many times over",
            "{{ $x := repeat 1000000 \"a\" }}{{ $l := list $x $x }}{{ range until 13 }}{{ $l = concat $l $l }}{{ end }}{{ $_ := sortAlpha $l }}"),
        new Attack(
            "ends PEM blocks that never began",
            "{{ range until 100 }}{{ $_ := filterPEM \"X\" (repeat 90000 \"\\n-----END \") }}{{ end }}"),
        new Attack(
            "declares variables without end", "{{$a:=1}}".repeat(20_000) + "{{$a}}".repeat(80_000)),
        new Attack("repeats without end", "{{ repeat 1000000000000 \"a\" }}"),
        new Attack(
            "repeats a little, often", "{{ range until 5000 }}{{ repeat 10000 \"a\" }}{{ end }}"),
        new Attack("counts without end", "{{ range until 1000000000 }}{{ end }}"),
        new Attack("counts without a list", "{{ range 9223372036854775807 }}{{ end }}"),
        new Attack("counts by steps", "{{ untilStep 0 9223372036854775807 1 }}"),
        new Attack("writes a long sequence", "{{ seq 1 100000000 }}"),
        new Attack("asks for a wide number", "{{ printf \"%900000d%900000d\" 1 2 }}"),
        new Attack(
            "asks for many digits",
            "{{ range until 100 }}{{ $x := printf \"%.900000f\" 1.0 }}{{ end }}"),
        new Attack(
            "asks for a wide text",
            "{{ range until 100 }}{{ $x := printf \"%900000s\" \"a\" }}{{ end }}"),
        new Attack("indents without end", "{{ indent 1000000000 \"a\" }}"),
        new Attack("indents many lines", "{{ indent 1000000 (repeat 1000 \"\\n\") }}"),
        new Attack(
            "replaces by more", "{{ replace \"a\" (repeat 100000 \"b\") (repeat 100000 \"a\") }}"),
        new Attack(
            "puts much between nothing",
            "{{ replace \"\" (repeat 100000 \"b\") (repeat 100000 \"a\") }}"),
        new Attack("joins by more", "{{ join (repeat 100000 \"b\") (until 10000) }}"),
        new Attack("wraps by more", "{{ wrapWith 1 (repeat 10000 \"b\") (repeat 10000 \"a\") }}"),
        new Attack(
            "doubles a text",
            "{{ $x := \"a\" }}{{ range until 64 }}{{ $x = print $x $x }}{{ end }}"),
        new Attack(
            "doubles a list",
            "{{ $x := list 1 }}{{ range until 64 }}{{ $x = concat $x $x }}{{ end }}"),
        new Attack(
            "appends quadratically",
            "{{ $x := \"\" }}{{ range until 100000 }}{{ $x = print $x \"abcdefgh\" }}{{ end }}"),
        new Attack(
            "nests loops",
            "{{ range until 1000 }}{{ range until 1000 }}{{ range until 1000 }}{{ end }}{{ end }}{{ end }}"),
        new Attack(
            "calls itself", "{{ define \"x\" }}{{ template \"x\" }}{{ end }}{{ template \"x\" }}"),
        new Attack(
            "calls itself twice",
            "{{ define \"x\" }}{{ if . }}{{ template \"x\" (rest .) }}{{ template \"x\" (rest .) }}{{ end }}{{ end }}{{ template \"x\" (until 50) }}"),
        new Attack("prints a circle", "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ $d }}"),
        new Attack(
            "encodes a circle", "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ toJson $d }}"),
        new Attack(
            "writes a circle as YAML",
            "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ toYaml $d }}"),
        new Attack(
            "copies a circle", "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ deepCopy $d }}"),
        new Attack(
            "merges a circle",
            "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ $e := dict }}{{ $_ := set $e \"d\" $e }}{{ merge $d $e }}"),
        new Attack(
            "compares circles",
            "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ $e := dict }}{{ $_ := set $e \"d\" $e }}{{ deepEqual $d $e }}"),
        new Attack("nests JSON", "{{ fromJson (repeat 100000 \"[\") }}"),
        new Attack("nests JSON objects", "{{ fromJson (repeat 1000 \"{\\\"a\\\":\") }}"),
        new Attack("nests YAML", "{{ fromYaml (print \"a: \" (repeat 1000 \"[\")) }}"),
        new Attack(
            "laughs a billion times in YAML",
            "{{ fromYaml \"a: &a [1,1,1,1,1,1,1,1,1]\\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\\ng: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\\nh: [*g,*g,*g,*g,*g,*g,*g,*g,*g]\" }}"),
        new Attack(
            "writes out a regular expression", "{{ regexFind \"((a{900}){900}){900}\" \"a\" }}"),
        new Attack(
            "matches a large one", "{{ regexFind \"(a?){900}(a{900})\" (repeat 100000 \"a\") }}"),
        new Attack(
            "matches many times", "{{ regexReplaceAll \"a(.*z)?\" (repeat 1000000 \"a\") \"b\" }}"),
        new Attack(
            "multiplies replacements",
            "{{ regexReplaceAll \"a\" (repeat 100000 \"a\") (repeat 10000 \"b\") }}"),
        new Attack(
            "splits into very many",
            "{{ range until 100 }}{{ $x := splitList \"\" (repeat 100000 \"a\") }}{{ end }}"),
        new Attack("hashes passwords", "{{ range until 30 }}{{ bcrypt \"a\" }}{{ end }}"),
        new Attack(
            "derives passwords",
            "{{ range until 30 }}{{ derivePassword 1 \"pin\" \"a\" \"b\" \"c\" }}{{ end }}"),
        new Attack("makes authorities", "{{ range until 30 }}{{ genCA \"a\" 1 }}{{ end }}"),
        new Attack(
            "makes large keys",
            "{{ genPrivateKey \"rsa\" }}{{ genPrivateKey \"rsa\" }}{{ genPrivateKey \"rsa\" }}"),
        new Attack("draws without end", "{{ randAlphaNum 1000000000 }}"),
        new Attack("draws bytes without end", "{{ randBytes 1000000000 }}"),
        new Attack("finds all unique ones", "{{ uniq (until 100000) }}"),
        new Attack(
            "multiplies decimals",
            "{{ range until 1000000 }}{{ $x := mulf 1.1 1.1 1.1 1.1 }}{{ end }}"),
        new Attack(
            "quotes much", "{{ range until 10 }}{{ quote (repeat 1000000 \"\\x00\") }}{{ end }}"),
        new Attack("writes too much", "{{ range until 2000 }}{{ repeat 1000 \"a\" }}{{ end }}"),
        new Attack(
            "chunks into ones",
            "{{ range until 100 }}{{ $x := chunk 1 (until 100000) }}{{ end }}"));
  }
}
