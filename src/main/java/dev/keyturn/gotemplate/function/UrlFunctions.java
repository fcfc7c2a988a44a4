package dev.keyturn.gotemplate.function;

import dev.keyturn.gotemplate.value.Dict;
import dev.keyturn.gotemplate.value.Failure;
import dev.keyturn.gotemplate.value.Text;
import dev.keyturn.gotemplate.value.Url;
import dev.keyturn.gotemplate.value.Value;
import java.util.List;
import java.util.Optional;

/** URLs to dictionaries and back. */
final class UrlFunctions {

  private UrlFunctions() {}

  static List<Function> functions() {
    return List.of(
        Function.of("urlParse", List.of(Type.STRING), UrlFunctions::parse),
        Function.of("urlJoin", List.of(Type.DICT), UrlFunctions::join));
  }

  private static Value parse(Arguments a) throws Failure {
    a.budget().allocate(a.text(0).length() * 4L);
    Url url = Url.parse(a.text(0));
    Dict dict = Dict.any();
    dict.put("scheme", new Text(url.scheme()));
    dict.put("host", new Text(url.host()));
    dict.put("hostname", new Text(url.hostName()));
    dict.put("path", new Text(url.path()));
    dict.put("query", new Text(url.query()));
    dict.put("opaque", new Text(url.opaque()));
    dict.put("fragment", new Text(url.fragment()));
    dict.put("userinfo", new Text(url.user().orElse("")));
    return dict;
  }

  private static Value join(Arguments a) throws Failure {
    Dict dict = a.dict(0);
    String user = text(dict, "userinfo");
    Url url =
        new Url(
            text(dict, "scheme"),
            text(dict, "opaque"),
            user.isEmpty() ? Optional.empty() : Optional.of(Url.parseUser(user)),
            text(dict, "host"),
            text(dict, "path"),
            text(dict, "query"),
            text(dict, "fragment"));
    return new Text(url.text());
  }

  private static String text(Dict dict, String key) throws Failure {
    if (!dict.has(key)) {
      return "";
    }
    if (dict.get(key).orElse(Text.EMPTY) instanceof Text text) {
      return text.bytes();
    }
    throw Failure.because("the key " + key + " must be a string");
  }
}
