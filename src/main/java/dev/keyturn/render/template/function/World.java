package dev.keyturn.render.template.function;

import dev.keyturn.render.template.go.Budget;
import java.security.SecureRandom;
import java.time.InstantSource;

/** What functions may use besides their arguments. */
public record World(Budget budget, InstantSource clock, SecureRandom random) {}
