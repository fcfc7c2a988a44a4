package dev.keyturn.gotemplate.value;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A Go map by strings, which is shared and changed in place ({@code set}). Its order is that of its
 * keys: Go prints and ranges over maps in that order, and where Go's order is random, ours is not.
 */
public final class Dict implements Value {

  private final boolean ofStrings;
  private final boolean isNil;
  private final SortedMap<String, Value> entries;

  private Dict(boolean ofStrings, boolean isNil, SortedMap<String, Value> entries) {
    this.ofStrings = ofStrings;
    this.isNil = isNil;
    this.entries = entries;
  }

  /** An empty {@code map[string]interface{}}. */
  public static Dict any() {
    return new Dict(false, false, new TreeMap<>());
  }

  /** An empty {@code map[string]string}. */
  public static Dict ofStrings() {
    return new Dict(true, false, new TreeMap<>());
  }

  /** A {@code map[string]string} of these entries. */
  public static Dict ofStrings(Map<String, Value> entries) {
    return new Dict(true, false, new TreeMap<>(entries));
  }

  /** Go's nil map: empty, {@code null} in JSON, cannot be written. */
  public static Dict nil() {
    return new Dict(false, true, new TreeMap<>());
  }

  /** Whether it is a {@code map[string]string}. */
  public boolean isOfStrings() {
    return ofStrings;
  }

  public boolean isNil() {
    return isNil;
  }

  public int size() {
    return entries.size();
  }

  public boolean has(String key) {
    return entries.containsKey(key);
  }

  public Optional<Value> get(String key) {
    return Optional.ofNullable(entries.get(key));
  }

  /** What Go yields for a key that is not there. */
  public Value zero() {
    return ofStrings ? Text.EMPTY : Nil.NIL;
  }

  /** Fails on a nil map, as Go does. */
  public void put(String key, Value value) throws Failure {
    if (isNil) {
      throw Failure.because("assignment to entry in nil map");
    }
    entries.put(key, value);
  }

  public void remove(String key) {
    entries.remove(key);
  }

  /** The entries in order of keys, live. */
  public SortedMap<String, Value> entries() {
    return entries;
  }

  /** The entries as they are now, for loops whose body may change the map. */
  public Map<String, Value> snapshot() {
    return new TreeMap<>(entries);
  }

  @Override
  public String type() {
    return ofStrings ? "map[string]string" : "map[string]interface {}";
  }

  @Override
  public String kind() {
    return "map";
  }

  @Override
  public boolean isTrue() {
    return !entries.isEmpty();
  }

  @Override
  public String toString() {
    return "Dict[" + entries.size() + " entries]";
  }
}
