package dev.keyturn.gotemplate.crypto;

import dev.keyturn.gotemplate.value.BaseEncoding;
import dev.keyturn.gotemplate.value.Budget;
import dev.keyturn.gotemplate.value.Failure;
import dev.keyturn.gotemplate.value.Runes;
import dev.keyturn.gotemplate.value.Utf8;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * PEM as Go's encoding/pem reads and writes it: text around blocks and broken blocks are skipped.
 */
public final class Pem {

  private static final String BEGIN = "-----BEGIN ";
  private static final String END = "\n-----END ";
  private static final String DASHES = "-----";
  private static final int LINE = 64;

  /**
   * One block.
   *
   * @param content byte string, as all strings here
   */
  public record Block(String type, Map<String, String> headers, String content) {

    /** As PEM text. */
    public String text() {
      StringBuilder out = new StringBuilder(BEGIN).append(type).append("-----\n");
      if (!headers.isEmpty()) {
        Map<String, String> rest = new TreeMap<>(headers);
        String first = rest.remove("Proc-Type");
        if (first != null) {
          out.append("Proc-Type: ").append(first).append('\n');
        }
        rest.forEach((key, value) -> out.append(key + ": " + value + "\n"));
        out.append('\n');
      }
      String base64 = Base64.getEncoder().encodeToString(Utf8.toBytes(content));
      for (int i = 0; i < base64.length(); i += LINE) {
        out.append(base64, i, Math.min(i + LINE, base64.length())).append('\n');
      }
      return out.append("-----END ").append(type).append("-----\n").toString();
    }

    public byte[] bytes() {
      return Utf8.toBytes(content);
    }
  }

  /** All blocks of a text, and what follows the last of them. */
  public record Blocks(List<Block> blocks, String rest) {

    public Blocks {
      blocks = List.copyOf(blocks);
    }
  }

  private final String text;
  private int at;

  private Pem(String text) {
    this.text = text;
  }

  /** PEM of DER. */
  public static String write(String type, byte[] der) {
    return new Block(type, Map.of(), Utf8.ofBytes(der)).text();
  }

  /** Reads all blocks. */
  public static Blocks read(String text, Budget budget) throws Failure {
    Pem pem = new Pem(text);
    List<Block> blocks = new ArrayList<>();
    Optional<Block> block = pem.next(budget);
    while (block.isPresent()) {
      blocks.add(block.get());
      block = pem.next(budget);
    }
    return new Blocks(blocks, text.substring(pem.at));
  }

  /** Reads the first block. */
  public static Block first(String text, Budget budget) throws Failure {
    return new Pem(text)
        .next(budget)
        .orElseThrow(() -> Failure.because("there is no PEM block in it"));
  }

  /** The next whole block from here on; the place does not move if there is none. */
  private Optional<Block> next(Budget budget) throws Failure {
    int from = at;
    while (true) {
      int end = text.indexOf(END, from);
      if (end < 0) {
        return Optional.empty();
      }
      budget.spend(1 + (end - from) / 16);
      int begin = text.lastIndexOf(BEGIN, end);
      budget.spend((end - Math.max(begin, 0)) / 16);
      boolean startsLine = begin == from || (begin > from && text.charAt(begin - 1) == '\n');
      Optional<Block> block =
          begin >= from && startsLine ? block(begin + BEGIN.length(), end) : Optional.empty();
      if (block.isPresent()) {
        return block;
      }
      from = end + END.length();
    }
  }

  private Optional<Block> block(int start, int end) throws Failure {
    String typeLine = line(start);
    if (!typeLine.endsWith(DASHES)) {
      return Optional.empty();
    }
    String type = typeLine.substring(0, typeLine.length() - DASHES.length());
    int body = afterLine(start);
    Map<String, String> headers = new TreeMap<>();
    // Headers end where the block ends, so what follows it is not read again and again.
    while (body < text.length() && body <= end + 1 && line(body).indexOf(':') >= 0) {
      String line = line(body);
      int colon = line.indexOf(':');
      headers.put(
          Runes.trimSpace(line.substring(0, colon)), Runes.trimSpace(line.substring(colon + 1)));
      body = afterLine(body);
    }
    if (body >= text.length() || (!headers.isEmpty() && end < body)) {
      return Optional.empty();
    }
    int trailer = end + END.length();
    boolean closes =
        text.startsWith(type + DASHES, trailer)
            && line(trailer + type.length() + DASHES.length()).isEmpty();
    if (!closes) {
      return Optional.empty();
    }
    String base64 = end > body ? text.substring(body, end) : "";
    Optional<String> content = BaseEncoding.decoded64(base64.replace(" ", "").replace("\t", ""));
    if (content.isPresent()) {
      at = afterLine(trailer);
    }
    return content.map(bytes -> new Block(type, headers, bytes));
  }

  /** The line that starts here, without white space at its end. */
  private String line(int start) {
    int newLine = text.indexOf('\n', start);
    int end = newLine < 0 ? text.length() : newLine;
    if (newLine > start && text.charAt(end - 1) == '\r') {
      end--;
    }
    while (end > start && (text.charAt(end - 1) == ' ' || text.charAt(end - 1) == '\t')) {
      end--;
    }
    return text.substring(start, end);
  }

  private int afterLine(int start) {
    int newLine = text.indexOf('\n', start);
    return newLine < 0 ? text.length() : newLine + 1;
  }
}
