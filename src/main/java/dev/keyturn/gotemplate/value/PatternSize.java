package dev.keyturn.gotemplate.value;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How large a regular expression becomes when its repetitions are written out. The library bounds
 * each repetition, but not one inside another: {@code ((a{900}){900}){900}} would fill the memory.
 */
final class PatternSize {

  private static final long MOST = 1L << 40;
  private static final long UNICODE_CLASS = 100;

  /** The library calls itself for each group. */
  private static final int DEEPEST = 200;

  private final Deque<Long> outer = new ArrayDeque<>();
  private long group;
  private long last;

  private PatternSize() {}

  static long of(String pattern) {
    PatternSize size = new PatternSize();
    int at = 0;
    while (at < pattern.length()) {
      at = size.read(pattern, at);
    }
    while (!size.outer.isEmpty()) {
      size.close();
    }
    return size.group + size.last;
  }

  private int read(String pattern, int at) {
    char c = pattern.charAt(at);
    switch (c) {
      case '\\' -> {
        atom(escape(pattern, at));
        // The name of a class of one letter belongs to it: \pL.
        return at + (isClass(pattern, at) && !pattern.startsWith("{", at + 2) ? 3 : 2);
      }
      case '[' -> {
        return characterClass(pattern, at);
      }
      case '(' -> {
        outer.push(group + last);
        group = outer.size() > DEEPEST ? MOST : 0;
        last = 0;
      }
      case ')' -> {
        if (!outer.isEmpty()) {
          close();
        }
      }
      case '{' -> {
        int end = pattern.indexOf('}', at);
        if (end > 0) {
          last = Math.min(last * times(pattern.substring(at + 1, end)), MOST);
          return end + 1;
        }
      }
      default -> atom(1);
    }
    return at + 1;
  }

  /** A Unicode class has up to seven hundred ranges; other escapes stand for little. */
  private static long escape(String pattern, int at) {
    return isClass(pattern, at) ? UNICODE_CLASS : 1;
  }

  private static boolean isClass(String pattern, int at) {
    return pattern.startsWith("p", at + 1) || pattern.startsWith("P", at + 1);
  }

  private void atom(long size) {
    group = Math.min(group + last, MOST);
    last = size;
  }

  private void close() {
    long inner = group + last + 2;
    group = outer.pop();
    last = inner;
  }

  /** The ranges of a class make the program larger; their number is at most its length. */
  private int characterClass(String pattern, int at) {
    int end = at + 1;
    long size = 1;
    while (end < pattern.length() && (pattern.charAt(end) != ']' || end == at + 1)) {
      boolean escaped = pattern.charAt(end) == '\\';
      size += escaped ? escape(pattern, end) - 1 : 0;
      end += escaped ? 2 : 1;
    }
    atom(size + (Math.min(end, pattern.length()) - at) / 8);
    return end + 1;
  }

  /** The upper bound of {@code n,m}; one if it is no repetition. */
  private static long times(String bounds) {
    long most = 1;
    for (String part : bounds.split(",", -1)) {
      if (part.length() > 9 || !part.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return 1;
      }
      most = Math.max(most, part.isEmpty() ? 1 : Long.parseLong(part));
    }
    return most;
  }
}
