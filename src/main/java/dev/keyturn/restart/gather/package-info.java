/** What the API server knows of the workloads that read a Secret. */
@NullMarked
package dev.keyturn.restart.gather;

import org.jspecify.annotations.NullMarked;
