package dev.keyturn.restart.gather;

import static dev.keyturn.restart.decide.Scene.CHANGED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretStatus.Content;
import dev.keyturn.api.ExternalSecretStatus.Stood;
import dev.keyturn.ops.Settings.Restart.DefaultPolicy;
import dev.keyturn.restart.decide.Change;
import dev.keyturn.restart.decide.RestartPolicy;
import dev.keyturn.restart.decide.Scene;
import dev.keyturn.restart.decide.Scene.Policy;
import dev.keyturn.restart.decide.SecretUse;
import dev.keyturn.restart.decide.SecretUse.Via;
import dev.keyturn.restart.decide.Subject;
import dev.keyturn.restart.decide.Subject.Consent;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ChangesTest {
  private static final Instant LATER = CHANGED.plusSeconds(60);
  private static final Map<String, Instant> RECORD =
      Map.of("password", CHANGED, "user", LATER, "*", LATER);

  private static SecretUse key(String key) {
    return new SecretUse("db", Optional.of(key), "app", Via.ENVIRONMENT, false);
  }

  private static final SecretUse ALL =
      new SecretUse("db", Optional.empty(), "app", Via.ENVIRONMENT, false);

  private static Optional<Change> newest(Consumer<Policy> policy, SecretUse... readers) {
    return of(policy, readers).stream().findFirst();
  }

  private static List<Change> of(Consumer<Policy> policy, SecretUse... readers) {
    return Changes.of(
        new Content("k:h", "", RECORD), new Policy().with(policy).build(), List.of(readers));
  }

  @Test
  void who_reads_one_key_cares_about_that_key() {
    assertThat(newest(_ -> {}, key("password")))
        .get()
        .satisfies(
            it -> {
              assertThat(it.at()).isEqualTo(CHANGED);
              assertThat(it.keys()).containsExactly("password");
            });
  }

  @Test
  void a_change_of_a_key_that_nobody_reads_is_none() {
    assertThat(newest(_ -> {}, key("port"))).isEmpty();
  }

  @Test
  void who_reads_all_keys_cares_about_any() {
    assertThat(newest(_ -> {}, ALL))
        .get()
        .satisfies(
            it -> {
              assertThat(it.at()).isEqualTo(LATER);
              assertThat(it.keys()).containsExactly("user");
            });
  }

  @Test
  void keys_that_the_spec_does_not_single_out_do_not_count() {
    assertThat(newest(it -> it.keys = List.of("password"), ALL).map(Change::at)).contains(CHANGED);
    assertThat(newest(it -> it.keys = List.of("password"), key("user"))).isEmpty();
  }

  @Test
  void where_each_key_changed_everybody_cares() {
    Content each = new Content("k:h", "", Map.of("*", LATER, "user", LATER, "**", CHANGED));
    assertThat(times(each, _ -> {}, key("password"))).containsExactly(CHANGED);
    assertThat(times(each, _ -> {}, key("user"))).containsExactly(LATER);
    assertThat(times(each, _ -> {}, ALL)).containsExactly(LATER);
    assertThat(times(each, it -> it.keys = List.of("password"), ALL)).containsExactly(CHANGED);
    assertThat(times(each, it -> it.keys = List.of("password"), key("password")))
        .containsExactly(CHANGED);
    assertThat(times(each, it -> it.keys = List.of("password"), key("port"))).isEmpty();
    assertThat(Changes.of(each, new Policy().build(), List.of(key("password"))))
        .singleElement()
        .satisfies(it -> assertThat(it.keys()).isEmpty());
  }

  private static List<Instant> times(
      Content content, Consumer<Policy> policy, SecretUse... readers) {
    return Changes.of(content, new Policy().with(policy).build(), List.of(readers)).stream()
        .map(Change::at)
        .toList();
  }

  @Test
  void each_reader_has_the_change_of_what_it_reads() {
    SecretUse side = new SecretUse("db", Optional.empty(), "side", Via.ENVIRONMENT, false);
    assertThat(of(_ -> {}, side, key("password")))
        .extracting(Change::at, it -> it.readers().getFirst().container())
        .containsExactly(tuple(CHANGED, "app"), tuple(LATER, "side"));
  }

  @Test
  void the_creation_counts_for_who_can_do_without() {
    SecretUse optional = new SecretUse("db", Optional.empty(), "side", Via.VOLUME, true);
    Content created = new Content("k:h", "", Map.of(), CHANGED, null);
    assertThat(Changes.of(created, new Policy().build(), List.of(ALL, optional)))
        .singleElement()
        .satisfies(
            it -> {
              assertThat(it.at()).isEqualTo(CHANGED);
              assertThat(it.readers()).containsExactly(optional);
              assertThat(it.keys()).isEmpty();
              assertThat(it.stood()).isEmpty();
            });
    assertThat(
            Changes.of(new Content("k:h", "", Map.of()), new Policy().build(), List.of(optional)))
        .isEmpty();
  }

  @Test
  void a_content_that_is_back_says_when_it_stood_before() {
    Stood before = new Stood("k:h", CHANGED, LATER);
    assertThat(back(before))
        .extracting(Change::stood)
        .containsExactly(Optional.of(new Change.Span(Optional.of(CHANGED), LATER)));
    assertThat(back(new Stood("k:other", CHANGED, LATER)))
        .extracting(Change::stood)
        .containsExactly(Optional.empty());
  }

  private static List<Change> back(Stood before) {
    return Changes.of(
        new Content("k:h", "", RECORD, null, before), new Policy().build(), List.of(ALL));
  }

  @Test
  void the_policies_of_all_secrets_hold_whether_or_not_they_have_ever_changed() {
    ExternalSecret still = written("db", "{}");
    Changes changes =
        new Changes(
            (_, secret) -> secret.equals("db") ? List.of(still) : List.of(), DefaultPolicy.Auto);
    assertThat(changes.of(new Scene().subject())).isEmpty();
    assertThat(changes.policies(new Scene().subject()))
        .extracting(RestartPolicy::externalSecret)
        .containsExactly("db");
    assertThat(
            new Changes((_, _) -> List.of(still), DefaultPolicy.None)
                .policies(new Scene().subject()))
        .isEmpty();
  }

  @Test
  void who_has_not_written_its_secret_yet_rules_over_nothing() {
    assertThat(policiesOf("db", manifest("db", "{}", "{}"), key("password"))).isEmpty();
  }

  @Test
  void whose_secret_is_read_only_in_ways_that_do_not_count_rules_over_nothing() {
    SecretUse files = new SecretUse("tls", Optional.empty(), "app", Via.VOLUME, false);
    assertThat(policiesOf("tls", written("tls", "{volumes: Ignore}"), files, ALL)).isEmpty();
    assertThat(policiesOf("tls", written("tls", "{}"), files, ALL)).containsExactly("tls");
    ExternalSecret ofOneKey = written("db", "{keys: [password]}");
    assertThat(policiesOf("db", ofOneKey, key("user"))).isEmpty();
    assertThat(policiesOf("db", ofOneKey, key("user"), ALL)).containsExactly("db");
  }

  private static List<String> policiesOf(
      String secret, ExternalSecret writer, SecretUse... readers) {
    Subject any = new Scene().subject();
    return new Changes(
            (_, it) -> it.equals(secret) ? List.of(writer) : List.of(), DefaultPolicy.Auto)
            .policies(
                new Subject(
                    any.kind(),
                    any.namespace(),
                    any.name(),
                    any.uid(),
                    any.resourceVersion(),
                    any.createdAt(),
                    any.consent(),
                    any.wave(),
                    any.marks(),
                    List.of(readers),
                    any.selector()))
            .stream()
            .map(RestartPolicy::externalSecret)
            .toList();
  }

  private static ExternalSecret written(String name, String restart) {
    return manifest(name, restart, "{content: {hash: 'k:h'}}");
  }

  private static ExternalSecret manifest(String name, String restart, String status) {
    return Serialization.unmarshal(
        """
        apiVersion: keyturn.dev/v1
        kind: ExternalSecret
        metadata: {name: %s, namespace: shop}
        spec: {restart: %s}
        status: %s
        """
            .formatted(name, restart, status),
        ExternalSecret.class);
  }

  private static ExternalSecret writer(String restart, String target) {
    return Serialization.unmarshal(
        "---\n"
            + "{apiVersion: keyturn.dev/v1, kind: ExternalSecret, metadata: {name: db, namespace:"
            + " shop}, spec: {target: {creationPolicy: "
            + target
            + "}, restart: "
            + restart
            + "}, status: {content: {hash: 'k:h', changes: {'*': '"
            + CHANGED
            + "', password: '"
            + CHANGED
            + "'}}}}",
        ExternalSecret.class);
  }

  private static List<Change> of(ExternalSecret writer, DefaultPolicy policy, Scene scene) {
    Changes.Targets targets = (_, secret) -> secret.equals("db") ? List.of(writer) : List.of();
    return new Changes(targets, policy).of(scene.subject());
  }

  @Test
  void auto_concerns_every_workload() {
    assertThat(of(writer("{}", "Owner"), DefaultPolicy.Auto, new Scene())).hasSize(1);
  }

  @Test
  void opt_in_concerns_those_who_opted_in() {
    ExternalSecret writer = writer("{policy: OptIn}", "Owner");
    assertThat(of(writer, DefaultPolicy.Auto, new Scene())).isEmpty();
    assertThat(of(writer, DefaultPolicy.Auto, new Scene().with(it -> it.consent = Consent.GIVEN)))
        .hasSize(1);
  }

  @Test
  void none_concerns_nobody_and_nor_does_a_secret_that_is_not_written() {
    Scene willing = new Scene().with(it -> it.consent = Consent.GIVEN);
    assertThat(of(writer("{policy: None}", "Owner"), DefaultPolicy.Auto, willing)).isEmpty();
    assertThat(of(writer("{}", "None"), DefaultPolicy.Auto, willing)).isEmpty();
  }

  @Test
  void a_merged_secret_concerns_those_who_opted_in() {
    assertThat(of(writer("{}", "Merge"), DefaultPolicy.Auto, new Scene())).isEmpty();
  }

  @Test
  void without_a_policy_the_operator_s_holds() {
    ExternalSecret writer = writer("{}", "Owner");
    assertThat(of(writer, DefaultPolicy.None, new Scene())).isEmpty();
    assertThat(of(writer, DefaultPolicy.OptIn, new Scene())).isEmpty();
    assertThat(of(writer("{policy: Auto}", "Owner"), DefaultPolicy.None, new Scene())).hasSize(1);
  }

  @Test
  void volumes_can_be_ignored_but_not_what_never_follows() {
    RestartPolicy ignoring = new Policy().with(it -> it.ignoresVolumes = true).build();
    assertThat(ignoring.counts(new SecretUse("db", Optional.empty(), "c", Via.VOLUME, false)))
        .isFalse();
    assertThat(ignoring.counts(new SecretUse("db", Optional.empty(), "c", Via.SUB_PATH, false)))
        .isTrue();
    assertThat(ignoring.counts(ALL)).isTrue();
  }

  @Test
  void settling_takes_a_second_at_least() {
    assertThat(new Policy().with(it -> it.settle = Duration.ZERO).build().settle())
        .isEqualTo(Duration.ofSeconds(1));
  }
}
