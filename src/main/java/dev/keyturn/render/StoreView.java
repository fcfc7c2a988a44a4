package dev.keyturn.render;

import dev.keyturn.source.Service;

/** What rendering needs to know of a store. */
public record StoreView(Service service, Prefix prefix) {}
