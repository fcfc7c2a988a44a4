package dev.keyturn.source;

/**
 * How much may come along with other requests and wait to be taken, in number and in bytes. Guarded
 * by the cache.
 */
final class CompanyBudget {
  private static final int MOST = 1000;

  /** What a value may have: how much comes is not known before. */
  private static final long LARGEST = 64 << 10;

  private final long heldBytes;
  private int underWay;
  private int held;

  /**
   * @param heldBytes most bytes of values that are held in all
   */
  CompanyBudget(long heldBytes) {
    this.heldBytes = heldBytes;
  }

  /** Whether one more may come along, and will find room. */
  boolean allows(long bytes) {
    return underWay + held < MOST && bytes + (underWay + 1) * LARGEST <= heldBytes;
  }

  void left() {
    underWay++;
  }

  void landed(int count) {
    underWay -= count;
  }

  void held(boolean company) {
    held += company ? 1 : 0;
  }

  void released(boolean company) {
    held -= company ? 1 : 0;
  }

  /** All that is held follows anew. */
  void recount() {
    held = 0;
  }
}
