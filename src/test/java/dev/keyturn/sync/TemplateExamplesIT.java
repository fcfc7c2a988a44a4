package dev.keyturn.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.keyturn.gotemplate.TestKeys;
import dev.keyturn.testbed.RealCluster;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Secret;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;

/** {@code examples/templates}, applied as they are; what they make is used as its readers do. */
@RealCluster
class TemplateExamplesIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PASSWORD = "p@ss: 'w\\o/r\"d 100%";
  private static final Map<String, Object> DATABASE =
      Map.of(
          "engine", "postgres",
          "username", "orders",
          "password", PASSWORD,
          "host", "db.example.com",
          "port", 5432,
          "dbname", "shop");

  private static SyncBed bed(TestCluster cluster, Namespace namespace) throws IOException {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("shop/database", JSON.writeValueAsString(DATABASE));
    return bed;
  }

  private static Map<String, String> applied(SyncBed bed, String example) throws IOException {
    Path file = Path.of("examples", "templates", example + ".yaml");
    bed.apply(Files.readString(file));
    bed.awaitReady(example);
    return SyncBed.texts(bed.live(example).orElseThrow());
  }

  private static byte[] bytes(Secret secret, String key) {
    return Base64.getDecoder().decode(secret.getData().get(key));
  }

  @Test
  void the_database_url_has_the_password_in_it(TestCluster cluster, Namespace namespace)
      throws IOException {
    Map<String, String> data = applied(bed(cluster, namespace), "database-url");
    assertThat(data).containsOnlyKeys("DATABASE_URL");
    URI url = URI.create(data.get("DATABASE_URL"));
    assertThat(url.getScheme()).isEqualTo("postgres");
    assertThat(url.getHost()).isEqualTo("db.example.com");
    assertThat(url.getPort()).isEqualTo(5432);
    assertThat(url.getPath()).isEqualTo("/shop");
    assertThat(url.getUserInfo()).isEqualTo("orders:" + PASSWORD);
    assertThat(URLDecoder.decode(url.getRawUserInfo(), StandardCharsets.UTF_8))
        .isEqualTo("orders:" + PASSWORD);
  }

  @Test
  void the_kubelet_reads_the_registry_credentials(TestCluster cluster, Namespace namespace)
      throws IOException {
    SyncBed bed = bed(cluster, namespace);
    bed.secret(
        "shop/registry",
        JSON.writeValueAsString(
            Map.of("registry", "registry.example.com", "username", "ci", "password", PASSWORD)));
    Map<String, String> data = applied(bed, "docker-config");
    assertThat(bed.live("docker-config").orElseThrow().getType())
        .isEqualTo("kubernetes.io/dockerconfigjson");
    assertThat(data).containsOnlyKeys(".dockerconfigjson");
    JsonNode login =
        JSON.readTree(data.get(".dockerconfigjson")).path("auths").path("registry.example.com");
    assertThat(login.path("username").asText()).isEqualTo("ci");
    assertThat(login.path("password").asText()).isEqualTo(PASSWORD);
    assertThat(
            new String(
                Base64.getDecoder().decode(login.path("auth").asText()), StandardCharsets.UTF_8))
        .isEqualTo("ci:" + PASSWORD);
  }

  /** A root, an issuer below it, and a leaf of that. */
  private record Chain(
      KeyPair leafKey, X509Certificate leaf, X509Certificate issuer, X509Certificate root) {
    static Chain make() throws GeneralSecurityException {
      KeyPair root = TestKeys.generate("secp256r1");
      KeyPair issuer = TestKeys.generate("secp256r1");
      KeyPair leaf = TestKeys.generate("RSA");
      return new Chain(
          leaf,
          TestKeys.certificate(
              "shop", leaf.getPublic(), "issuer", issuer.getPublic(), issuer.getPrivate(), false),
          TestKeys.certificate(
              "issuer", issuer.getPublic(), "root", root.getPublic(), root.getPrivate(), true),
          TestKeys.certificate(
              "root", root.getPublic(), "root", root.getPublic(), root.getPrivate(), true));
    }
  }

  @SuppressWarnings("unchecked") // The factory makes certificates of its own type.
  private static List<X509Certificate> certificates(String pem) throws GeneralSecurityException {
    return List.copyOf(
        (java.util.Collection<X509Certificate>)
            CertificateFactory.getInstance("X.509")
                .generateCertificates(
                    new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))));
  }

  private static PrivateKey privateKey(String pem) throws GeneralSecurityException {
    String body = pem.replaceAll("-----[A-Z ]+-----", "");
    return KeyFactory.getInstance("RSA")
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(body)));
  }

  private static void assertPair(String keyPem, Certificate certificate)
      throws GeneralSecurityException {
    byte[] message = {1, 2, 3};
    Signature signer = Signature.getInstance("SHA256withRSA");
    signer.initSign(privateKey(keyPem));
    signer.update(message);
    byte[] signature = signer.sign();
    signer.initVerify(certificate);
    signer.update(message);
    assertThat(signer.verify(signature)).as("key and certificate belong together").isTrue();
  }

  @Test
  void tls_from_pem_puts_each_block_where_it_belongs(TestCluster cluster, Namespace namespace)
      throws IOException, GeneralSecurityException {
    SyncBed bed = bed(cluster, namespace);
    Chain chain = Chain.make();
    bed.secret(
        "shop/tls-bundle",
        TestKeys.pem(chain.root())
            + TestKeys.pem(chain.leafKey().getPrivate())
            + TestKeys.pem(chain.leaf())
            + TestKeys.pem(chain.issuer()));
    Map<String, String> data = applied(bed, "tls-from-pem");
    assertThat(bed.live("tls-from-pem").orElseThrow().getType()).isEqualTo("kubernetes.io/tls");
    assertThat(data).containsOnlyKeys("tls.crt", "tls.key", "ca.crt");
    assertThat(certificates(data.get("tls.crt"))).containsExactly(chain.leaf(), chain.issuer());
    assertThat(certificates(data.get("ca.crt"))).containsExactly(chain.root());
    assertPair(data.get("tls.key"), chain.leaf());
  }

  @Test
  void tls_from_pkcs12_opens_the_store_and_keeps_it(TestCluster cluster, Namespace namespace)
      throws IOException, GeneralSecurityException {
    SyncBed bed = bed(cluster, namespace);
    Chain chain = Chain.make();
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "shop",
        chain.leafKey().getPrivate(),
        PASSWORD.toCharArray(),
        new Certificate[] {chain.leaf(), chain.issuer()});
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    store.store(written, PASSWORD.toCharArray());
    bed.aws.createSecret(
        request ->
            request
                .name("shop/keystore")
                .secretBinary(SdkBytes.fromByteArray(written.toByteArray())));
    bed.secret("shop/keystore-password", PASSWORD);
    Map<String, String> data = applied(bed, "tls-from-pkcs12");
    assertThat(data).containsOnlyKeys("tls.crt", "tls.key", "keystore.p12");
    assertThat(certificates(data.get("tls.crt"))).containsExactly(chain.leaf(), chain.issuer());
    assertPair(data.get("tls.key"), chain.leaf());
    KeyStore kept = KeyStore.getInstance("PKCS12");
    kept.load(
        new ByteArrayInputStream(bytes(bed.live("tls-from-pkcs12").orElseThrow(), "keystore.p12")),
        PASSWORD.toCharArray());
    assertThat(kept.getCertificate("shop")).isEqualTo(chain.leaf());
  }

  @Test
  void java_loads_the_spring_properties(TestCluster cluster, Namespace namespace)
      throws IOException {
    Map<String, String> data = applied(bed(cluster, namespace), "spring-properties");
    assertThat(data).containsOnlyKeys("application.properties");
    Properties properties = new Properties();
    properties.load(new StringReader(data.get("application.properties")));
    assertThat(properties)
        .containsOnly(
            Map.entry("spring.datasource.url", "jdbc:postgresql://db.example.com:5432/shop"),
            Map.entry("spring.datasource.username", "orders"),
            Map.entry("spring.datasource.password", PASSWORD));
  }

  @Test
  void a_shell_reads_the_file_of_variables(TestCluster cluster, Namespace namespace)
      throws IOException, InterruptedException {
    Map<String, String> data = applied(bed(cluster, namespace), "env-file");
    assertThat(data).containsOnlyKeys("database.env");
    Process shell =
        new ProcessBuilder(
                "sh",
                "-c",
                data.get("database.env") + "\nprintf '%s|' \"$DB_PASSWORD\" \"$DB_PORT\"")
            .start();
    String printed = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(shell.waitFor(3, TimeUnit.MINUTES)).isTrue();
    assertThat(printed).isEqualTo(PASSWORD + "|5432|");
  }

  @Test
  void a_change_of_the_config_map_is_rendered_at_once(TestCluster cluster, Namespace namespace)
      throws IOException {
    SyncBed bed = bed(cluster, namespace);
    String pgpass = "db.example.com:5432:shop:orders:" + PASSWORD + "\n";
    assertThat(applied(bed, "configmap-template"))
        .isEqualTo(
            Map.of(
                "PGHOST", "db.example.com",
                "PGPORT", "5432",
                "PGUSER", "orders",
                "PGPASSWORD", PASSWORD,
                "pgpass", pgpass));
    bed.kubectl(
        "patch",
        "configmap",
        "database-templates",
        "-p",
        "{\"data\":{\"variables\":\"PGHOST: {{ .host | upper | quote }}\"}}");
    bed.awaitSecret("configmap-template", Map.of("PGHOST", "DB.EXAMPLE.COM", "pgpass", pgpass));
  }

  @Test
  void each_example_has_its_test() throws IOException {
    try (var files = Files.list(Path.of("examples", "templates"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "database-url.yaml",
              "docker-config.yaml",
              "tls-from-pem.yaml",
              "tls-from-pkcs12.yaml",
              "spring-properties.yaml",
              "env-file.yaml",
              "configmap-template.yaml");
    }
  }
}
