/** The Kubernetes client side shared by both reconcilers: writes, pruned views, watches, tokens. */
@NullMarked
package dev.keyturn.cluster;

import org.jspecify.annotations.NullMarked;
