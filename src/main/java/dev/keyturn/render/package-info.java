/**
 * What a Secret shall hold: pure functions of the manifest and of what was fetched.
 *
 * <ol>
 *   <li>{@link dev.keyturn.render.SpecReader#read} turns an ExternalSecret into a {@link
 *       dev.keyturn.render.Plan}. {@code plan.stores()} are the stores to resolve, {@code
 *       plan.templateSources()} the ConfigMaps and Secrets to read.
 *   <li>{@link dev.keyturn.render.Request#of} with a {@link dev.keyturn.render.StoreView} of each
 *       store applies prefixes and reads versions. Per store: {@code request.refs(store)} to read
 *       and {@code request.finds(store)} to search; what a search found is read as {@code
 *       Request.refs(find, names)}.
 *   <li>{@link dev.keyturn.render.Inputs#hash} tells whether anything changed since the last
 *       rendering; it needs versions, not values.
 *   <li>{@link dev.keyturn.render.Renderer#render} with all answers as {@link
 *       dev.keyturn.render.Fetched} gives a {@link dev.keyturn.render.Rendered}: write, delete,
 *       keep, AWS refused, or does not fit. Every case has messages for people without a value in
 *       them.
 * </ol>
 *
 * <p>{@link dev.keyturn.render.SecretData#digest} compares with the live Secret, {@link
 * dev.keyturn.render.SecretData#keeping} spares keys that templates make anew each time; {@link
 * dev.keyturn.render.SourceList} makes {@code status.sources}; {@link dev.keyturn.render.SyncGate}
 * says when polls and events may sync.
 */
@NullMarked
package dev.keyturn.render;

import org.jspecify.annotations.NullMarked;
