/** The benchmark and the soak, started by hand: {@code make bench}, {@code make soak}. */
package dev.keyturn.bench;
