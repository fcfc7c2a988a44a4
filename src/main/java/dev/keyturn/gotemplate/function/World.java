package dev.keyturn.gotemplate.function;

import dev.keyturn.gotemplate.value.Budget;
import java.security.SecureRandom;
import java.time.InstantSource;

/** What functions may use besides their arguments. */
public record World(Budget budget, InstantSource clock, SecureRandom random) {}
