package dev.keyturn.aws.call;

/** A client of the SDK and the endpoint it calls. */
public record Connected<C>(C client, Endpoint endpoint) {}
