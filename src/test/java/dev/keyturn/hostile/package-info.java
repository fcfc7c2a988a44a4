/** What somebody with {@code edit} in one namespace may write. */
package dev.keyturn.hostile;
