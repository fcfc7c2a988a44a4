package dev.keyturn.sync.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.keyturn.api.NamespaceCondition;
import dev.keyturn.sync.store.NamespaceRules.Admission;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether namespace {@code team-a}, labelled {@code tier: gold}, may use a cluster store. */
class NamespaceRulesTest {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource(
      delimiter = '~',
      value = {
        "no condition admits all                  ~ []                                        ~"
            + " true",
        "its name admits it                       ~ [{namespaces: [other, team-a]}]           ~"
            + " true",
        "another name does not                    ~ [{namespaces: [team-ab]}]                 ~"
            + " false",
        "one condition of several is enough       ~ [{namespaces: [x]}, {namespaces: [team-a]}] ~"
            + " true",
        "one part of a condition is enough        ~ [{namespaces: [x], namespaceRegexes:"
            + " ['team-.*']}] ~ true",
        "a pattern matches the whole name         ~ [{namespaceRegexes: ['team-[ab]']}]       ~"
            + " true",
        "a part of the name is not enough         ~ [{namespaceRegexes: ['team', 'eam-a', 'am']}] ~"
            + " false",
        "either side of an alternative is anchored ~ [{namespaceRegexes: ['team|x-a']}]       ~"
            + " false",
        "a pattern that cannot be read admits none ~ [{namespaceRegexes: ['team-(a']}]        ~"
            + " false",
        "a label admits it                        ~ [{namespaceSelector: {matchLabels: {tier:"
            + " gold}}}] ~ true",
        "another value does not                   ~ [{namespaceSelector: {matchLabels: {tier:"
            + " silver}}}] ~ false",
        "all labels must match                    ~ [{namespaceSelector: {matchLabels: {tier: gold,"
            + " x: y}}}] ~ false",
        "an empty selector selects all            ~ [{namespaceSelector: {}}]                 ~"
            + " true",
        "an empty condition selects none          ~ [{}]                                      ~"
            + " false",
        "In                                       ~ [{namespaceSelector: {matchExpressions: [{key:"
            + " tier, operator: In, values: [silver, gold]}]}}] ~ true",
        "In needs the label                       ~ [{namespaceSelector: {matchExpressions: [{key:"
            + " x, operator: In, values: [gold]}]}}] ~ false",
        "NotIn                                    ~ [{namespaceSelector: {matchExpressions: [{key:"
            + " tier, operator: NotIn, values: [gold]}]}}] ~ false",
        "NotIn admits who lacks the label         ~ [{namespaceSelector: {matchExpressions: [{key:"
            + " x, operator: NotIn, values: [gold]}]}}] ~ true",
        "Exists                                   ~ [{namespaceSelector: {matchExpressions: [{key:"
            + " tier, operator: Exists}]}}] ~ true",
        "Exists needs the label                   ~ [{namespaceSelector: {matchExpressions: [{key:"
            + " x, operator: Exists}]}}] ~ false",
        "DoesNotExist                             ~ [{namespaceSelector: {matchExpressions: [{key:"
            + " tier, operator: DoesNotExist}]}}] ~ false",
        "an unknown operator admits none          ~ [{namespaceSelector: {matchExpressions: [{key:"
            + " tier, operator: Gt, values: ['1']}]}}] ~ false",
      })
  void decides(String sentence, String conditions, boolean admitted)
      throws JsonProcessingException {
    List<NamespaceCondition> parsed =
        YAML.readValue(conditions, new TypeReference<List<NamespaceCondition>>() {});
    assertThat(NamespaceRules.admit(parsed, "team-a", Optional.of(Map.of("tier", "gold"))))
        .isEqualTo(admitted ? Admission.YES : Admission.NO);
  }

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource(
      delimiter = '~',
      value = {
        "its name is enough       ~ [{namespaces: [team-a]}, {namespaceSelector: {}}] ~ YES",
        "its name is not the one  ~ [{namespaces: [team-b]}] ~ NO",
        "a label may come         ~ [{namespaceSelector: {matchLabels: {tier: gold}}}] ~ NOT_YET",
        "a label may be there     ~ [{namespaceSelector: {matchExpressions: [{key: x, operator:"
            + " DoesNotExist}]}}] ~ NOT_YET",
        "as NotIn may be wrong    ~ [{namespaceSelector: {matchExpressions: [{key: x, operator:"
            + " NotIn, values: [y]}]}}] ~ NOT_YET",
      })
  void waits_for_one_that_is_not_known(String sentence, String conditions, Admission admission)
      throws JsonProcessingException {
    List<NamespaceCondition> parsed =
        YAML.readValue(conditions, new TypeReference<List<NamespaceCondition>>() {});
    assertThat(NamespaceRules.admit(parsed, "team-a", Optional.empty())).isEqualTo(admission);
  }
}
