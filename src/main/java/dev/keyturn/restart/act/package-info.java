/** The patch of a template, the status, events and metrics. */
@NullMarked
package dev.keyturn.restart.act;

import org.jspecify.annotations.NullMarked;
