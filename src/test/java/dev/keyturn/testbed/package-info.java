/** A real cluster and AWS emulators for tests: see src/docs/testbed.md. */
package dev.keyturn.testbed;
