package dev.keyturn.aws;

/** A client of the SDK and the endpoint it calls. */
record Connected<C>(C client, Endpoint endpoint) {}
