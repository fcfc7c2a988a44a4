package dev.keyturn.render;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.gotemplate.Rendering;
import dev.keyturn.gotemplate.Template;
import dev.keyturn.gotemplate.TemplateException;
import dev.keyturn.gotemplate.value.Allowance;
import dev.keyturn.gotemplate.value.Budget;
import dev.keyturn.gotemplate.value.Dict;
import dev.keyturn.source.Service;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** What an ExternalSecret with a template of 20 keys costs. By hand: make jmh. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 8, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m"})
public class RenderingBenchmark {

  private final Map<String, String> texts = new LinkedHashMap<>();
  private final Map<String, byte[]> data = new TreeMap<>();
  private final List<Template> parsed = new ArrayList<>();
  private Dict visible = Dict.nil();
  private ExternalSecret manifest = new ExternalSecret();
  private Fetched fetched = new Fetched(Map.of(), Map.of());
  private final Renderer renderer =
      new Renderer(InstantSource.system(), System::nanoTime, System::nanoTime, new SecureRandom());
  private final Rendering rendering =
      new Rendering(
          Allowance.STANDARD, InstantSource.system(), System::nanoTime, new SecureRandom());

  @Setup
  public void prepare() throws TemplateException {
    Map<String, String> values =
        Map.of(
            "username", "app",
            "password", "correct horse \"battery\" staple",
            "host", "db.example.com",
            "port", "5432",
            "config", "{\"pool\":{\"min\":1,\"max\":20},\"hosts\":[\"a\",\"b\",\"c\"]}",
            "registry", "registry.example.com");
    values.forEach((key, value) -> data.put(key, value.getBytes(StandardCharsets.UTF_8)));
    texts.put(
        "url", "postgres://{{ .username }}:{{ .password | urlquery }}@{{ .host }}:{{ .port }}/app");
    texts.put("jdbc", "jdbc:postgresql://{{ .host }}:{{ .port }}/app?user={{ .username }}");
    texts.put(
        "properties",
        "spring.datasource.username={{ .username }}\nspring.datasource.password={{ .password }}\n");
    texts.put("env", "DB_USER={{ .username | quote }}\nDB_PASSWORD={{ .password | quote }}\n");
    texts.put(
        "docker",
        "{\"auths\":{\"{{ .registry }}\":{\"auth\":\"{{ printf \"%s:%s\" .username .password |"
            + " b64enc }}\"}}}");
    texts.put("pool", "{{ $c := fromJson .config }}{{ $c.pool.min }}-{{ $c.pool.max }}");
    texts.put(
        "hosts",
        "{{ range $i, $h := (fromJson .config).hosts }}{{ if $i }},{{ end }}{{ $h }}{{ end }}");
    texts.put("yaml", "{{ dict \"user\" .username \"password\" .password | toYaml | nindent 2 }}");
    texts.put("json", "{{ dict \"user\" .username \"password\" .password | toJson }}");
    texts.put(
        "checked", "{{ if contains \"example\" .host }}{{ .host | upper }}{{ else }}none{{ end }}");
    while (texts.size() < 20) {
      texts.put("plain" + texts.size(), "{{ .username }}:{{ .password | trim | trunc 12 }}");
    }
    for (Map.Entry<String, String> text : texts.entrySet()) {
      parsed.add(Template.parse(text.getKey(), text.getValue()));
    }
    visible = Template.data(data);
    prepareManifest(values);
  }

  private void prepareManifest(Map<String, String> values) {
    Manifests.Scene scene = Manifests.Scene.of("dataFrom: [{extract: {key: shop/database}}]");
    String json =
        values.entrySet().stream()
            .map(entry -> quoted(entry.getKey()) + ":" + quoted(entry.getValue()))
            .collect(Collectors.joining(",", "{", "}"));
    fetched = scene.secret("shop/database", json).fetched();
    StringBuilder spec = new StringBuilder("dataFrom: [{extract: {key: shop/database}}]\n");
    spec.append("target: {template: {data: {");
    texts.forEach((key, text) -> spec.append(key + ": " + quoted(text) + ", "));
    manifest = Manifests.manifest(spec.append("}}}").toString());
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }

  /** Everything between what was read and the Secret that is written. */
  @Benchmark
  public Rendered externalSecret() {
    Plan plan = Manifests.good(SpecReader.read(manifest));
    Request request =
        Manifests.good(
            Request.of(
                plan,
                Map.of(Manifests.STORE, new StoreView(Service.SECRETS_MANAGER, new Prefix("")))));
    return renderer.render(plan, request, fetched, TemplateSources.NONE);
  }

  /** The templates of it. */
  @Benchmark
  public void parseAndRender(Blackhole hole) throws TemplateException {
    for (Map.Entry<String, String> text : texts.entrySet()) {
      hole.consume(
          Template.parse(text.getKey(), text.getValue()).render(visible, rendering, budget()));
    }
  }

  private Budget budget() {
    return new Budget(Allowance.STANDARD, System::nanoTime);
  }

  /** The same, parsed before. */
  @Benchmark
  public void render(Blackhole hole) throws TemplateException {
    for (Template template : parsed) {
      hole.consume(template.render(visible, rendering, budget()));
    }
  }
}
