package dev.keyturn.gotemplate.value;

import java.util.ArrayList;
import java.util.List;

/** The order of keys in go-yaml v2: letters after all else, numbers by value. */
final class YamlKeyOrder {

  private YamlKeyOrder() {}

  /** A merge sort of our own: the order is not transitive, which the library's sort refuses. */
  static void sort(List<String> keys, Budget budget) throws Failure {
    if (keys.size() < 2) {
      return;
    }
    int middle = keys.size() / 2;
    List<String> left = new ArrayList<>(keys.subList(0, middle));
    List<String> right = new ArrayList<>(keys.subList(middle, keys.size()));
    sort(left, budget);
    sort(right, budget);
    int l = 0;
    int r = 0;
    for (int i = 0; i < keys.size(); i++) {
      budget.spend(1 + (lengthAt(left, l) + lengthAt(right, r)) / 16);
      boolean takeRight =
          l == left.size() || (r < right.size() && isSorted(right.get(r), left.get(l)));
      keys.set(i, takeRight ? right.get(r++) : left.get(l++));
    }
  }

  private static int lengthAt(List<String> keys, int at) {
    return at < keys.size() ? keys.get(at).length() : 0;
  }

  private static boolean isSorted(String before, String after) {
    int[] a = Utf8.runes(before);
    int[] b = Utf8.runes(after);
    for (int i = 0; i < a.length && i < b.length; i++) {
      if (a[i] != b[i]) {
        return lessFrom(a, b, i);
      }
    }
    return a.length < b.length;
  }

  private static boolean lessFrom(int[] a, int[] b, int at) {
    boolean leftLetter = Character.isLetter(a[at]);
    boolean rightLetter = Character.isLetter(b[at]);
    if (leftLetter && rightLetter) {
      return a[at] < b[at];
    }
    if (leftLetter || rightLetter) {
      return rightLetter;
    }
    long before = 0;
    if (a[at] == '0' || b[at] == '0') {
      for (int j = at - 1; j >= 0 && Character.isDigit(a[j]) && before == 0; j--) {
        before = a[j] == '0' ? 0 : 1;
      }
    }
    int leftEnd = endOfDigits(a, at);
    int rightEnd = endOfDigits(b, at);
    long leftNumber = number(a, at, leftEnd, before);
    long rightNumber = number(b, at, rightEnd, before);
    if (leftNumber != rightNumber) {
      return leftNumber < rightNumber;
    }
    return leftEnd != rightEnd ? leftEnd < rightEnd : a[at] < b[at];
  }

  private static int endOfDigits(int[] runes, int from) {
    int end = from;
    while (end < runes.length && Character.isDigit(runes[end])) {
      end++;
    }
    return end;
  }

  private static long number(int[] runes, int from, int end, long before) {
    long number = before;
    for (int i = from; i < end; i++) {
      number = number * 10 + (runes[i] - '0');
    }
    return number;
  }
}
