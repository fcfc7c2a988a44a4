package dev.keyturn.gotemplate.function;

import dev.keyturn.gotemplate.value.Bool;
import dev.keyturn.gotemplate.value.Budget;
import dev.keyturn.gotemplate.value.Dict;
import dev.keyturn.gotemplate.value.Int;
import dev.keyturn.gotemplate.value.KeyPair;
import dev.keyturn.gotemplate.value.Moment;
import dev.keyturn.gotemplate.value.Real;
import dev.keyturn.gotemplate.value.SemanticVersion;
import dev.keyturn.gotemplate.value.Slice;
import dev.keyturn.gotemplate.value.Text;
import dev.keyturn.gotemplate.value.Value;
import java.util.List;

/** The arguments of one call, already of the types that the function declares. */
public record Arguments(List<Value> values, World world) {

  public Arguments {
    values = List.copyOf(values);
  }

  int count() {
    return values.size();
  }

  Value get(int index) {
    return values.get(index);
  }

  /** All from this place on. */
  List<Value> from(int index) {
    return values.subList(index, values.size());
  }

  String text(int index) {
    return ((Text) values.get(index)).bytes();
  }

  long integer(int index) {
    return ((Int) values.get(index)).value();
  }

  double real(int index) {
    return ((Real) values.get(index)).value();
  }

  boolean bool(int index) {
    return ((Bool) values.get(index)).isTrue();
  }

  Dict dict(int index) {
    return (Dict) values.get(index);
  }

  Slice list(int index) {
    return (Slice) values.get(index);
  }

  Moment moment(int index) {
    return (Moment) values.get(index);
  }

  KeyPair keyPair(int index) {
    return (KeyPair) values.get(index);
  }

  SemanticVersion version(int index) {
    return (SemanticVersion) values.get(index);
  }

  Budget budget() {
    return world.budget();
  }
}
