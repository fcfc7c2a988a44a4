package dev.keyturn.gotemplate.function;

import dev.keyturn.gotemplate.value.Bool;
import dev.keyturn.gotemplate.value.Dict;
import dev.keyturn.gotemplate.value.Failure;
import dev.keyturn.gotemplate.value.Int;
import dev.keyturn.gotemplate.value.KeyPair;
import dev.keyturn.gotemplate.value.Moment;
import dev.keyturn.gotemplate.value.Nil;
import dev.keyturn.gotemplate.value.Real;
import dev.keyturn.gotemplate.value.SemanticVersion;
import dev.keyturn.gotemplate.value.Slice;
import dev.keyturn.gotemplate.value.Text;
import dev.keyturn.gotemplate.value.Value;
import java.util.List;

/** {@code eq}, {@code lt} and their like: only values of one basic kind can be compared. */
final class Comparison {

  /** Kinds that Go compares; whole numbers of any size are one, signed or not. */
  private enum Basic {
    NONE,
    BOOL,
    INTEGER,
    REAL,
    TEXT
  }

  private Comparison() {}

  static List<Function> functions() {
    List<Type> one = List.of(Type.ANY);
    List<Type> two = List.of(Type.ANY, Type.ANY);
    return List.of(
        Function.of("eq", one, a -> Bool.of(equalToAny(a))).andMore(Type.ANY),
        Function.of("ne", two, a -> Bool.of(!equal(a.get(0), a.get(1)))),
        Function.of("lt", two, a -> Bool.of(less(a.get(0), a.get(1)))),
        Function.of("le", two, a -> Bool.of(lessOrEqual(a.get(0), a.get(1)))),
        Function.of("gt", two, a -> Bool.of(!lessOrEqual(a.get(0), a.get(1)))),
        Function.of("ge", two, a -> Bool.of(!less(a.get(0), a.get(1)))));
  }

  private static boolean equalToAny(Arguments a) throws Failure {
    if (a.count() < 2) {
      throw Failure.because("missing argument for comparison");
    }
    for (Value other : a.from(1)) {
      if (equal(a.get(0), other)) {
        return true;
      }
    }
    return false;
  }

  private static Basic basic(Value value) {
    return switch (value) {
      case Bool _ -> Basic.BOOL;
      case Int _ -> Basic.INTEGER;
      case Real _ -> Basic.REAL;
      case Text _ -> Basic.TEXT;
      case Nil _, Slice _, Dict _, KeyPair _, Moment _, SemanticVersion _ -> Basic.NONE;
    };
  }

  private static Failure incompatible(Value left, Value right) {
    return Failure.because(
        "incompatible types for comparison: " + left.type() + " and " + right.type());
  }

  private static boolean equal(Value left, Value right) throws Failure {
    if (basic(left) != basic(right)) {
      if (left == Nil.NIL || right == Nil.NIL) {
        return false;
      }
      throw incompatible(left, right);
    }
    return switch (left) {
      case Int number -> right instanceof Int other && sameNumber(number, other);
      case Real number -> right instanceof Real other && number.value() == other.value();
      case Bool _, Text _ -> left.equals(right);
      case Nil _, Slice _, Dict _, KeyPair _, Moment _, SemanticVersion _ -> composite(left, right);
    };
  }

  private static boolean sameNumber(Int left, Int right) {
    boolean sameSign = left.width().isSigned() == right.width().isSigned();
    return left.value() == right.value() && (sameSign || left.value() >= 0);
  }

  private static boolean composite(Value left, Value right) throws Failure {
    if (left == Nil.NIL || right == Nil.NIL) {
      return isNil(left) && isNil(right);
    }
    if (!left.kind().equals(right.kind())) {
      throw incompatible(left, right);
    }
    if (isNil(left) || isNil(right)) {
      return isNil(left) && isNil(right);
    }
    return switch (right) {
      case KeyPair _, Moment _ -> left.equals(right);
      // Two versions are two pointers, so they are never the same.
      case SemanticVersion _ -> isSame(left, right);
      default -> throw Failure.because("a " + right.type() + " cannot be compared");
    };
  }

  @SuppressWarnings("ReferenceEquality") // Identity is the question.
  private static boolean isSame(Value left, Value right) {
    return left == right;
  }

  private static boolean isNil(Value value) {
    return switch (value) {
      case Nil _ -> true;
      case Slice slice -> slice.isNil();
      case Dict dict -> dict.isNil();
      default -> false;
    };
  }

  private static boolean less(Value left, Value right) throws Failure {
    if (basic(left) == Basic.NONE || basic(right) == Basic.NONE) {
      throw Failure.because("invalid type for comparison");
    }
    if (basic(left) != basic(right)) {
      throw incompatible(left, right);
    }
    return switch (left) {
      case Int number -> right instanceof Int other && less(number, other);
      case Real number -> right instanceof Real other && number.value() < other.value();
      case Text text -> right instanceof Text other && text.bytes().compareTo(other.bytes()) < 0;
      default -> throw Failure.because("invalid type for comparison");
    };
  }

  private static boolean less(Int left, Int right) {
    boolean leftSigned = left.width().isSigned();
    boolean rightSigned = right.width().isSigned();
    if (leftSigned && rightSigned) {
      return left.value() < right.value();
    }
    if (leftSigned && left.value() < 0) {
      return true;
    }
    if (rightSigned && right.value() < 0) {
      return false;
    }
    return Long.compareUnsigned(left.value(), right.value()) < 0;
  }

  private static boolean lessOrEqual(Value left, Value right) throws Failure {
    return less(left, right) || equal(left, right);
  }
}
