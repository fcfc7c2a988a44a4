package dev.keyturn.gotemplate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.gotemplate.FunctionTable.Row;
import dev.keyturn.gotemplate.TemplateCorpus.Outcome;
import dev.keyturn.gotemplate.function.Function;
import dev.keyturn.gotemplate.function.Library;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The documentation lists the functions that there are, and its examples are true. */
class FunctionTableTest {

  static Stream<Row> rows() throws IOException {
    return FunctionTable.load().stream();
  }

  @Test
  void listsEveryFunctionOnceAndNoOther() throws IOException {
    List<String> listed = rows().map(Row::function).sorted().toList();
    List<String> existing = Library.all().stream().map(Function::name).sorted().toList();
    assertThat(listed).isEqualTo(existing);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void examplesGiveWhatIsWritten(Row row) {
    TemplateCorpus.Case example =
        new TemplateCorpus.Case("templates.md", row.example(), FunctionTable.DATA);
    String expected =
        new String(row.gives().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    assertThat(TemplateCorpus.render(row.example(), example.bytes()))
        .isEqualTo(new Outcome.Rendered(expected));
    assertThat(row.example()).contains(row.function());
  }

  @Test
  void dataOfTheExamplesAreShown() throws IOException {
    String page = Files.readString(Path.of("src", "docs", "templates.md"));
    FunctionTable.DATA.forEach(
        (key, value) ->
            assertThat(page)
                .contains(
                    value.isEmpty()
                        ? "| `" + key + "` | (nothing) |"
                        : "| `" + key + "` | `" + value.replace("\n", "\u23ce") + "` |"));
  }
}
