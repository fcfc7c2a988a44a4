package dev.keyturn.sync;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.FieldWalk;
import dev.keyturn.ops.Settings;
import dev.keyturn.render.Checked;
import dev.keyturn.render.Fetched;
import dev.keyturn.render.Plan;
import dev.keyturn.render.Prefix;
import dev.keyturn.render.RenderFailure;
import dev.keyturn.render.Rendered;
import dev.keyturn.render.Renderer;
import dev.keyturn.render.Request;
import dev.keyturn.render.SpecReader;
import dev.keyturn.render.StoreName;
import dev.keyturn.render.StoreView;
import dev.keyturn.render.TemplateSource;
import dev.keyturn.render.TemplateSources;
import dev.keyturn.restart.decide.RestartPolicy;
import dev.keyturn.source.Answer;
import dev.keyturn.source.FakeSource;
import dev.keyturn.source.Find;
import dev.keyturn.source.SecretRef;
import dev.keyturn.source.SecretValue;
import dev.keyturn.source.Service;
import dev.keyturn.source.Version;
import dev.keyturn.sync.target.TargetFields;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever the schema of an ExternalSecret takes is obeyed, or listed here with its reason. */
class ExternalSecretFieldsTest {
  /** Field, and the words by which the pages say what becomes of it. */
  private static final Map<String, String> ANSWERED_ELSEWHERE =
      Map.of(
          "spec.target.manifest.apiVersion", "`target.manifest`",
          "spec.target.manifest.kind", "`target.manifest`",
          "spec.data[].sourceRef.generatorRef.apiVersion", "`sourceRef.generatorRef`",
          "spec.data[].sourceRef.generatorRef.kind", "`sourceRef.generatorRef`",
          "spec.data[].sourceRef.generatorRef.name", "`sourceRef.generatorRef`",
          "spec.dataFrom[].sourceRef.generatorRef.apiVersion", "`sourceRef.generatorRef`",
          "spec.dataFrom[].sourceRef.generatorRef.kind", "`sourceRef.generatorRef`",
          "spec.dataFrom[].sourceRef.generatorRef.name", "`sourceRef.generatorRef`",
          "spec.target.template.engineVersion", "templates of engine `v1`",
          "spec.data[].remoteRef.conversionStrategy", "`conversionStrategy` of an entry in `data`");

  private static final String KEYS =
      """
      spec:
        secretStoreRef: {name: aws, kind: SecretStore}
        refreshPolicy: Periodic
        refreshInterval: 30m
        syncWindows: {kind: allow, windows: [{schedule: "0 22 * * *", duration: 8h}]}
        target: {name: app, creationPolicy: Owner, deletionPolicy: Retain, immutable: true}
        data:
        - secretKey: user
          remoteRef:
            {key: app, property: user.name, version: AWSPREVIOUS, metadataPolicy: None,
             decodingStrategy: Base64, conversionStrategy: Default, nullBytePolicy: Ignore}
          sourceRef: {storeRef: {name: other, kind: ClusterSecretStore}}
        restart:
          policy: OptIn
          keys: [password]
          volumes: Ignore
          settle: 5s
          minInterval: 10m
          maxConcurrent: 0
          progressDeadline: 90m
          onFailure: Continue
          windows: [{schedule: "0 2 * * SUN", timeZone: Europe/Berlin, duration: 2h}]
      """;
  private static final String EXTRACT =
      """
      spec:
        secretStoreRef: {name: aws}
        dataFrom:
        - extract:
            {key: app, property: nested, version: AWSPREVIOUS, metadataPolicy: None,
             decodingStrategy: Base64, conversionStrategy: Default, nullBytePolicy: Ignore}
          sourceRef: {storeRef: {name: other, kind: ClusterSecretStore}}
      """;
  private static final String REWRITE =
      """
      spec:
        secretStoreRef: {name: aws}
        dataFrom:
        - extract: {key: plain}
          rewrite:
          - {regexp: {source: "a(.*)", target: "z$1"}}
          - {transform: {template: "{{ .value | upper }}"}}
      """;
  private static final String FIND =
      """
      spec:
        secretStoreRef: {name: aws, kind: SecretStore}
        target: {deletionPolicy: Merge}
        dataFrom:
        - find:
            {path: prod/, name: {regexp: db}, tags: {team: payments}, decodingStrategy: Base64,
             conversionStrategy: Default, nullBytePolicy: Ignore}
      """;
  private static final String MERGE =
      """
      spec:
        secretStoreRef: {name: aws}
        dataFrom:
        - find: {path: json.}
          rewrite:
          - merge:
              {into: merged, priority: [json.one, json.three], priorityPolicy: IgnoreNotFound,
               conflictPolicy: Ignore, strategy: JSON}
      """;
  private static final String TEMPLATE =
      """
      spec:
        secretStoreRef: {name: aws}
        target:
          template:
            type: example.com/own
            engineVersion: v2
            mergePolicy: Merge
            metadata:
              labels: {team: payments}
              annotations: {example.com/note: "{{ .plain }}"}
              finalizers: [example.com/keep]
            data: {x: "{{ .plain }}"}
            templateFrom:
            - configMap: {name: templates, items: [{key: one, templateAs: Values}]}
              valuesDecodingStrategy: Base64
            - secret: {name: templates, items: [{key: two, templateAs: KeysAndValues}]}
              target: Data
            - literal: "note: {{ .plain }}"
              target: Annotations
        data:
        - {secretKey: plain, remoteRef: {key: app, property: plain}}
      """;
  private static final String GENERATOR =
      """
      spec:
        target: {manifest: {apiVersion: v1, kind: ConfigMap}}
        data:
        - secretKey: password
          remoteRef: {key: password}
          sourceRef: {generatorRef: {apiVersion: v1, kind: Password, name: password}}
        dataFrom:
        - sourceRef: {generatorRef: {apiVersion: v1, kind: ECRAuthorizationToken, name: ecr}}
      """;

  private static final Settings SETTINGS =
      new SmallRyeConfigBuilder()
          .withMapping(Settings.class)
          .withConverter(Duration.class, 200, new DurationConverter())
          .build()
          .getConfigMapping(Settings.class);

  @Test
  void every_field_makes_a_difference_or_its_answer_is_written_down() throws IOException {
    SortedSet<String> idle =
        FieldWalk.withoutEffect(
            "externalsecrets.keyturn.dev.yaml",
            FieldWalk.manifests(KEYS, EXTRACT, REWRITE, FIND, MERGE, TEMPLATE, GENERATOR),
            ExternalSecretFieldsTest::observed);
    assertThat(idle).containsExactlyInAnyOrderElementsOf(ANSWERED_ELSEWHERE.keySet());
    assertThat(
            Files.readString(Path.of("src/docs/migrating-from-eso.md"))
                + Files.readString(Path.of("src/docs/spec/externalsecrets.md")))
        .contains(ANSWERED_ELSEWHERE.values());
  }

  @Test
  void a_schedule_that_cannot_be_read_is_told() {
    JsonNode manifest = FieldWalk.manifests(KEYS.replace("0 22 * * *", "61 * * * *")).getFirst();
    Clock clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
    Refresh refresh = new Refresh(SETTINGS, clock, clock, _ -> Optional.empty());
    assertThat(refresh.remark(resource(manifest)).orElseThrow())
        .startsWith("spec.syncWindows: '61 * * * *'")
        .endsWith("until then nothing is held back");
    assertThat(refresh.closed(resource(manifest))).isEmpty();
  }

  /** Else nobody hears of it before the first rotation, which then waits for ever. */
  @ParameterizedTest
  @CsvSource({"61 * * * *, UTC, 1", "0 2 * * SUN, Mars/Base, 1", "0 2 * * SUN, Europe/Berlin, 0"})
  void a_restart_window_that_cannot_be_read_is_told_before_it_is_needed(
      String schedule, String zone, int told) {
    JsonNode manifest =
        FieldWalk.manifests(
                """
                spec:
                  restart:
                    windows:
                    - {schedule: "0 2 * * *", duration: 1h}
                    - {schedule: "%s", timeZone: %s, duration: 1h}
                """
                    .formatted(schedule, zone))
            .getFirst();
    Clock clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
    Refresh refresh = new Refresh(SETTINGS, clock, clock, _ -> Optional.empty());
    assertThat(refresh.remark(resource(manifest)).stream())
        .hasSize(told)
        .allMatch(
            it ->
                it.startsWith(
                    "spec.restart.windows[1]: '%s' in '%s' cannot be read"
                        .formatted(schedule, zone)));
  }

  @Test
  void all_that_is_to_be_remarked_is_told() {
    JsonNode manifest =
        FieldWalk.manifests(
                """
                spec:
                  restart: {windows: [{schedule: "61 * * * *", duration: 1h}]}
                  syncWindows: {kind: deny, windows: [{schedule: "61 * * * *", duration: 1h}]}
                """)
            .getFirst();
    Clock clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
    Refresh refresh = new Refresh(SETTINGS, clock, clock, _ -> Optional.of("no room"));
    assertThat(refresh.remark(resource(manifest)).orElseThrow())
        .contains("spec.syncWindows: ", "; spec.restart.windows[0]: ", "; no room");
  }

  private static String observed(JsonNode manifest) {
    ExternalSecret resource = resource(manifest);
    StringBuilder seen = new StringBuilder(resource.targetName());
    seen.append(RestartPolicy.of(resource, Settings.Restart.DefaultPolicy.Auto));
    refresh(resource, seen);
    switch (SpecReader.read(resource)) {
      case Checked.Refused<Plan>(RenderFailure failure) -> seen.append(failure.message());
      case Checked.Good<Plan>(Plan plan) -> planned(resource, plan, seen);
    }
    // What has no words of its own must not look like news.
    return seen.toString().replaceAll("@[0-9a-f]{4,}", "");
  }

  private static ExternalSecret resource(JsonNode manifest) {
    ObjectNode whole = manifest.deepCopy();
    whole.put("apiVersion", "keyturn.dev/v1").put("kind", "ExternalSecret");
    whole.putObject("metadata").put("namespace", "shop").put("name", "db").put("uid", "uid");
    return Serialization.unmarshal(whole.toString(), ExternalSecret.class);
  }

  private static void refresh(ExternalSecret resource, StringBuilder seen) {
    Instant start = Instant.parse("2026-11-29T00:00:00Z");
    for (int i = 0; i < 170; i++) {
      Clock clock = Clock.fixed(start.plus(Duration.ofMinutes(17L * i)), ZoneOffset.UTC);
      Refresh refresh = new Refresh(SETTINGS, clock, clock, _ -> Optional.empty());
      seen.append(refresh.closed(resource)).append(refresh.remark(resource));
      if (resource.getSpec().syncWindows() == null) {
        break;
      }
    }
    Clock clock = Clock.fixed(start, ZoneOffset.UTC);
    Refresh refresh = new Refresh(SETTINGS, clock, clock, _ -> Optional.empty());
    seen.append(refresh.interval(resource)).append(refresh.freshness(resource, false));
  }

  private static void planned(ExternalSecret resource, Plan plan, StringBuilder seen) {
    Map<StoreName, StoreView> views = new HashMap<>();
    plan.stores()
        .forEach(name -> views.put(name, new StoreView(Service.SECRETS_MANAGER, new Prefix(""))));
    switch (Request.of(plan, views)) {
      case Checked.Refused<Request>(RenderFailure failure) -> seen.append(failure.message());
      case Checked.Good<Request>(Request request) -> {
        for (StoreName store : plan.stores()) {
          seen.append(store).append(request.refs(store)).append(request.finds(store));
        }
        rendered(resource, plan, request, fetched(plan, request, true), seen);
        rendered(resource, plan, request, fetched(plan, request, false), seen);
      }
    }
  }

  private static Fetched fetched(Plan plan, Request request, boolean there) {
    Map<StoreName, Map<SecretRef, Answer<SecretValue>>> values = new HashMap<>();
    Map<StoreName, Map<Find, Answer<List<String>>>> names = new HashMap<>();
    for (StoreName store : plan.stores()) {
      Map<SecretRef, Answer<SecretValue>> answers = new HashMap<>();
      Map<Find, Answer<List<String>>> found = new HashMap<>();
      request.refs(store).forEach(ref -> answers.put(ref, answer(ref, there)));
      for (Find find : request.finds(store)) {
        String path = find.path().orElse("");
        List<String> matches = there ? List.of(path + "two", path + "one") : List.of();
        found.put(find, Answer.found(matches));
        Request.refs(find, matches).forEach(ref -> answers.put(ref, answer(ref, there)));
      }
      values.put(store, answers);
      names.put(store, found);
    }
    return new Fetched(values, names);
  }

  private static Answer<SecretValue> answer(SecretRef ref, boolean there) {
    if (!there) {
      return Answer.failed(FakeSource.notFound(ref.key()));
    }
    String text =
        ref.key().startsWith("prod/")
            ? "YQA="
            : ref.key().startsWith("json.")
                ? "{\"k\":\"of " + ref.key() + "\"}"
                : ref.key().equals("plain")
                    ? "{\"a-b\":\"c\"}"
                    : "{\"user\":{\"name\":\"YQA=\"},\"nested\":{\"a/b\":\"YQA=\"},\"plain\":\"YQ==\"}";
    String version = ref.version() instanceof Version.Current ? "v2" : "v1";
    return Answer.found(
        new SecretValue(ref.key(), "arn", version, Set.of("AWSCURRENT"), text.getBytes(UTF_8)));
  }

  private static void rendered(
      ExternalSecret resource, Plan plan, Request request, Fetched fetched, StringBuilder seen) {
    byte[] one = "{{ .plain }}".getBytes(UTF_8);
    byte[] two = "two: \"{{ .plain }}\"".getBytes(UTF_8);
    TemplateSources templates =
        new TemplateSources(
            Map.of(
                new TemplateSource(TemplateSource.Kind.CONFIG_MAP, "templates"),
                Map.of("one", one),
                new TemplateSource(TemplateSource.Kind.SECRET, "templates"),
                Map.of("two", two)));
    Renderer renderer =
        new Renderer(() -> Instant.EPOCH, System::nanoTime, System::nanoTime, new SecureRandom());
    switch (renderer.render(plan, request, fetched, templates)) {
      case Rendered.Done(var data, var missing) -> {
        Map<String, String> texts = new TreeMap<>();
        data.data().forEach((key, value) -> texts.put(key, new String(value, UTF_8)));
        seen.append(texts).append(missing).append(TargetFields.observed(resource, data));
      }
      case Rendered other -> seen.append(other);
    }
  }
}
