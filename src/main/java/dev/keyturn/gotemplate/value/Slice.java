package dev.keyturn.gotemplate.value;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * A Go slice: a window on an array that other slices may share. Sharing shows where Go sorts in
 * place, and where a slice is cut beyond its own end.
 */
public final class Slice implements Value {

  /** The element types that a template can meet. */
  public enum Element {
    ANY("[]interface {}"),
    STRING("[]string"),
    INT("[]int"),
    LIST("[][]interface {}");

    private final String type;

    Element(String type) {
      this.type = type;
    }
  }

  private final Element element;
  private final Value[] array;
  private final int from;
  private final int length;
  private final boolean isNil;

  private Slice(Element element, Value[] array, int from, int length, boolean isNil) {
    this.element = element;
    this.array = array;
    this.from = from;
    this.length = length;
    this.isNil = isNil;
  }

  public static Slice of(Element element, List<? extends Value> items) {
    return new Slice(element, items.toArray(Value[]::new), 0, items.size(), false);
  }

  public static Slice any(List<? extends Value> items) {
    return of(Element.ANY, items);
  }

  public static Slice ofStrings(List<String> items) {
    return of(Element.STRING, items.stream().map(Text::new).toList());
  }

  /** Go's nil slice: empty, but {@code null} in JSON. */
  public static Slice nil(Element element) {
    return new Slice(element, new Value[0], 0, 0, true);
  }

  public Element element() {
    return element;
  }

  public int length() {
    return length;
  }

  /** How far {@link #cut} may reach. */
  public int capacity() {
    return array.length - from;
  }

  public boolean isNil() {
    return isNil;
  }

  public Value get(int index) {
    if (index >= length) {
      throw new IndexOutOfBoundsException(index);
    }
    return array[from + index];
  }

  /** The items as they are now. */
  public List<Value> items() {
    return List.copyOf(Arrays.asList(array).subList(from, from + length));
  }

  /** Another window on the same array. */
  public Slice cut(int start, int end) {
    return new Slice(element, array, from + start, end - start, false);
  }

  /** Sorts the shared array's part in place. */
  public void sort(Comparator<Value> order) {
    Arrays.sort(array, from, from + length, order);
  }

  @Override
  public String type() {
    return element.type;
  }

  @Override
  public String kind() {
    return "slice";
  }

  @Override
  public boolean isTrue() {
    return length > 0;
  }

  @Override
  public String toString() {
    return "Slice[" + length + " items]";
  }
}
