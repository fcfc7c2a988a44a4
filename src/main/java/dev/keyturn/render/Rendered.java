package dev.keyturn.render;

import dev.keyturn.source.SourceFailure;
import java.util.List;

/** What shall become of the Secret. */
public sealed interface Rendered {

  /**
   * Write this.
   *
   * @param missing entries whose source is gone, whose keys go, too (deletionPolicy Delete, Merge)
   */
  record Done(SecretData data, List<Missing> missing) implements Rendered {
    public Done {
      missing = List.copyOf(missing);
    }

    /** Whether every key went with its source. */
    public boolean isEmpty() {
      return data.data().isEmpty() && !missing.isEmpty();
    }
  }

  /** Every source is gone and deletionPolicy is Delete: delete the Secret, if it is ours. */
  record Gone(List<Missing> missing) implements Rendered {
    public Gone {
      missing = List.copyOf(missing);
    }
  }

  /** A source is gone and deletionPolicy is Retain: leave the Secret as it is, and say so. */
  record Kept(List<Missing> missing) implements Rendered {
    public Kept {
      missing = List.copyOf(missing);
    }
  }

  /** AWS did not answer for these: leave the Secret as it is; each failure knows when to retry. */
  record Unread(List<SourceFailure> failures) implements Rendered {
    public Unread {
      failures = List.copyOf(failures);
    }
  }

  /** Manifest and source do not fit: leave the Secret as it is. */
  record Failed(RenderFailure failure) implements Rendered {}

  /**
   * An entry without source.
   *
   * @param message names entry and secret, and says what AWS said
   */
  record Missing(String message) {}
}
