package dev.keyturn.aws.parameterstore;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParameterListingTest {
  @ParameterizedTest
  @CsvSource({
    "/prod/db,/prod,true",
    "/prod/a/b,/prod/,true",
    "/production/db,/prod,false",
    "/prod,/prod,false",
    "/team-a-db,/team-a-,true",
    "prodkey,prod,true",
    "/x,/,true"
  })
  void aPathIsAFolder(String name, String path, boolean under) {
    assertThat(ParameterListing.isUnder(name, path)).isEqualTo(under);
  }
}
