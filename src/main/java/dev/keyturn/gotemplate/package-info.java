/**
 * Go's {@code text/template} in Java, a library of its own that knows nothing of Keyturn. The same
 * template and the same data give the bytes that Go gives, or an error where Go gives one. {@link
 * dev.keyturn.gotemplate.Template} is the way in: parse a text, render it with the values of a
 * secret. Nothing is read but what is handed over: clock, randomness and the {@link
 * dev.keyturn.gotemplate.value.Allowance} come with each {@link dev.keyturn.gotemplate.Rendering},
 * so that any tenant may write a template.
 *
 * <h2>What of Go it is</h2>
 *
 * <ul>
 *   <li>The language: all actions ({@code if}, {@code with}, {@code range}, {@code break}, {@code
 *       continue}, {@code define}, {@code template}, {@code block}, comments, trim markers),
 *       variables, pipelines, parentheses, fields, and methods of times and versions. Here.
 *   <li>Its values, and how Go prints, quotes, parses and encodes them, JSON and YAML included:
 *       {@link dev.keyturn.gotemplate.value}.
 *   <li>The functions: Go's own, Sprig 3.3 without {@code env}, {@code expandenv} and {@code
 *       getHostByName}, which reach outside, and those that External Secrets Operator adds: {@link
 *       dev.keyturn.gotemplate.function}. {@code src/docs/templates.md} lists each with an example.
 *   <li>Keys, certificates, PKCS#12 and JWK, as these functions read and write them: {@link
 *       dev.keyturn.gotemplate.crypto}.
 * </ul>
 *
 * <h2>How it is proven</h2>
 *
 * <p>The oracle is real Go ({@code src/test/go/oracle}): {@code text/template}, Sprig 3.3 and the
 * libraries that External Secrets Operator uses.
 *
 * <ul>
 *   <li>Corpus: {@code TemplateCorpusIT} asks Go about each template in {@code
 *       src/test/resources/templates} and each example of {@code templates.md}, and compares bytes.
 *       {@code go.json} keeps Go's answers, so that {@code TemplateCorpusTest} needs no Go.
 *   <li>Generator: {@code TemplateGeneratorIT} compares 5,000 random templates of a grammar; {@code
 *       -Dtemplates.rounds=20} adds twenty new ones for each of them.
 *   <li>What is random or salted cannot be compared: {@code TemplateCryptoIT} has Go and the JDK
 *       open what we wrote, and us what Go wrote.
 *   <li>Fuzzing: in {@code TemplateFuzzTest} any text renders or is refused with a place. Four
 *       million runs found nothing ({@code src/docs/reports/fuzzing.md}). What it costs is proven
 *       by {@code Attacks}, templates written by a hostile reader, and {@code BudgetTest}.
 *   <li>Secrecy: {@code TemplateSecrecyTest} gives the secret to every function in every place; no
 *       message of an error holds it.
 *   <li>Mutations: the tests kill 86 % of the 4,633 mutants that were tried, in all classes but 24
 *       of {@code value}. {@code src/docs/reports/mutation-render.md} says which survive and why.
 * </ul>
 *
 * <h2>Where it differs</h2>
 *
 * <p>Three differences come from the libraries below it, and stay:
 *
 * <ol>
 *   <li>{@code fromYaml} refuses a tab between a colon and its value; Go reads it.
 *   <li>A certificate without a subject that signs itself is refused, since an issuer must have a
 *       name; Go issues it.
 *   <li>Zones more than 18 hours from UTC are not read, since Java has none; Go reads them.
 * </ol>
 *
 * <p>All others are choices: {@code fail} does not show values, {@code keys} are in order, sizes
 * are bounded. {@code src/docs/templates.md} names each with its reason.
 */
@NullMarked
package dev.keyturn.gotemplate;

import org.jspecify.annotations.NullMarked;
