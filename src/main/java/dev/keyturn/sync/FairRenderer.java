package dev.keyturn.sync;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.ops.FairShare;
import dev.keyturn.ops.Turn;
import dev.keyturn.render.Fetched;
import dev.keyturn.render.Plan;
import dev.keyturn.render.RenderFailure;
import dev.keyturn.render.Rendered;
import dev.keyturn.render.Renderer;
import dev.keyturn.render.Request;
import dev.keyturn.render.TemplateSources;

/** Renders at once what takes some milliseconds, and the rest by a fair share per namespace. */
final class FairRenderer {
  private final Renderer renderer;
  private final FairShare share;

  FairRenderer(Renderer renderer, FairShare share) {
    this.renderer = renderer;
    this.share = share;
  }

  Rendered render(
      ExternalSecret resource, Sources sources, Fetched fetched, TemplateSources templates) {
    String namespace = resource.getMetadata().getNamespace();
    Plan plan = sources.plan();
    Request request = sources.request();
    return renderer
        .renderQuickly(plan, request, fetched, templates)
        .orElseGet(
            () ->
                switch (share.run(
                    namespace, () -> renderer.render(plan, request, fetched, templates))) {
                  case Turn.Done<Rendered>(Rendered rendered) -> rendered;
                  case Turn.NoTurn<Rendered>(Turn.Why why) ->
                      new Rendered.Failed(new RenderFailure.NoTurn("spec", reason(why)));
                });
  }

  private static String reason(Turn.Why why) {
    return switch (why) {
      case OWN -> "as many costly renderings of this namespace as may be wait already";
      case ALL ->
          "as many costly renderings of all namespaces as may be wait already, one of this"
              + " namespace among them";
      case GAVE_WAY ->
          "it took two seconds of a processor, and had to give way to other namespaces";
      case TOO_LONG -> "the costly renderings before it took five minutes";
    };
  }
}
