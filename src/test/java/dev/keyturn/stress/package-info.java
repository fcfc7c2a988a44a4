/** Long runs that are started by hand: see the Makefile. */
package dev.keyturn.stress;
