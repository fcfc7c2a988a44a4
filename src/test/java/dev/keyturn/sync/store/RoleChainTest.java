package dev.keyturn.sync.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.keyturn.api.AwsProvider;
import dev.keyturn.api.StoreKind;
import dev.keyturn.source.RoleHop;
import dev.keyturn.sync.Secrets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RoleChainTest {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final StoreKey STORE = new StoreKey(StoreKind.SECRET_STORE, "shop", "aws");

  private static List<RoleHop> chain(String more) {
    return chain(more, STORE);
  }

  private static List<RoleHop> chain(String more, StoreKey store) {
    try {
      AwsProvider aws =
          YAML.readValue(
              "service: SecretsManager\nregion: eu-central-1\n" + more, AwsProvider.class);
      return RoleChain.of(aws, Optional.ofNullable(aws.role()), store, "shop", Secrets.HASH);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Test
  void without_roles_there_is_no_hop() {
    assertThat(chain("externalID: x")).isEmpty();
  }

  @Test
  void additional_roles_come_first_and_external_id_and_tags_on_the_last_hop_alone() {
    assertThat(
            chain(
                """
                role: last
                additionalRoles: [first, second]
                externalID: ours
                sessionTags: [{key: team, value: a}]
                transitiveTagKeys: [team]
                """))
        .containsExactly(
            new RoleHop("first", Optional.empty(), "shop=aws", Map.of(), List.of()),
            new RoleHop("second", Optional.empty(), "shop=aws", Map.of(), List.of()),
            new RoleHop(
                "last", Optional.of("ours"), "shop=aws", Map.of("team", "a"), List.of("team")));
  }

  @Test
  void additional_roles_alone_are_a_chain() {
    assertThat(chain("additionalRoles: [first, second]\nexternalID: ours"))
        .extracting(RoleHop::externalId)
        .containsExactly(Optional.empty(), Optional.of("ours"));
  }

  @Test
  void our_tags_say_who_asks_and_win_over_the_tenants() {
    String own = "customSessionTags: {a: b, esoNamespace: forged}\nrole: r\n";
    assertThat(chain(own).getFirst().tags()).isEmpty();
    assertThat(chain(own + "sessionTagsPolicy: Simple").getFirst().tags())
        .isEqualTo(
            Map.of("esoNamespace", "shop", "esoStoreName", "aws", "esoStoreKind", "SecretStore"));
    assertThat(
            chain(
                    own + "sessionTagsPolicy: Custom",
                    new StoreKey(StoreKind.CLUSTER_SECRET_STORE, "", "aws"))
                .getFirst()
                .tags())
        .isEqualTo(
            Map.of(
                "a", "b",
                "esoNamespace", "shop",
                "esoStoreName", "aws",
                "esoStoreKind", "ClusterSecretStore"));
  }

  @Test
  void a_session_name_fits_and_is_nobody_elses() {
    StoreKey cluster = new StoreKey(StoreKind.CLUSTER_SECRET_STORE, "", "aws");
    assertThat(name("shop", STORE)).isEqualTo("shop=aws");
    assertThat(name("shop", cluster)).isEqualTo("shop==aws");
    String sixty = "n".repeat(60);
    assertThat(name(sixty, store("abc"))).isEqualTo(sixty + "=abc");
    String cut = name(sixty, store("abcd"));
    assertThat(cut).hasSize(64).startsWith("n".repeat(47) + "@").matches("[\\w+=,.@-]{2,64}");
    assertThat(cut)
        .isNotEqualTo(name(sixty, store("abce")))
        .isNotEqualTo(name(sixty + "n", store("bcd")))
        .isNotEqualTo(name("n".repeat(47), store(cut.substring(48))));
  }

  private static String name(String namespace, StoreKey store) {
    return RoleChain.sessionName(Secrets.HASH, namespace, store);
  }

  private static StoreKey store(String name) {
    return new StoreKey(StoreKind.SECRET_STORE, "shop", name);
  }
}
