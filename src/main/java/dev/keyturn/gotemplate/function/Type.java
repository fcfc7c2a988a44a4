package dev.keyturn.gotemplate.function;

import dev.keyturn.gotemplate.value.Bool;
import dev.keyturn.gotemplate.value.Dict;
import dev.keyturn.gotemplate.value.Int;
import dev.keyturn.gotemplate.value.KeyPair;
import dev.keyturn.gotemplate.value.Moment;
import dev.keyturn.gotemplate.value.Nil;
import dev.keyturn.gotemplate.value.Real;
import dev.keyturn.gotemplate.value.SemanticVersion;
import dev.keyturn.gotemplate.value.Slice;
import dev.keyturn.gotemplate.value.Text;
import dev.keyturn.gotemplate.value.Value;
import java.util.Optional;

/** The Go type of a parameter. Go converts nothing: an int64 is no int. */
public enum Type {
  ANY("interface {}"),
  STRING("string"),
  INT("int"),
  REAL("float64"),
  BOOL("bool"),
  DICT("map[string]interface {}"),
  LIST("[]interface {}"),
  MOMENT("time.Time"),
  KEY_PAIR("sprig.certificate"),
  VERSION("*semver.Version"),

  /** An unsigned number or a name, which only a literal can give: no function returns one. */
  UINT32("uint32"),
  HASH("sprig.HashAlgorithm");

  private final String goName;

  Type(String goName) {
    this.goName = goName;
  }

  /** For messages. */
  public String goName() {
    return goName;
  }

  /** Whether a value that is not nil may be passed. */
  public boolean accepts(Value value) {
    return switch (this) {
      case ANY -> true;
      case STRING -> value instanceof Text;
      case INT -> value instanceof Int number && number.width() == Int.Width.INT;
      case REAL -> value instanceof Real;
      case BOOL -> value instanceof Bool;
      case DICT -> value instanceof Dict dict && !dict.isOfStrings();
      case LIST -> value instanceof Slice slice && slice.element() == Slice.Element.ANY;
      case MOMENT -> value instanceof Moment;
      case KEY_PAIR -> value instanceof KeyPair;
      case VERSION -> value instanceof SemanticVersion;
      case UINT32, HASH -> false;
    };
  }

  /** What nil becomes, if it may be passed at all. */
  public Optional<Value> nil() {
    return switch (this) {
      case ANY -> Optional.of(Nil.NIL);
      case DICT -> Optional.of(Dict.nil());
      case LIST -> Optional.of(Slice.nil(Slice.Element.ANY));
      case STRING, INT, REAL, BOOL, MOMENT, KEY_PAIR, VERSION, UINT32, HASH -> Optional.empty();
    };
  }
}
