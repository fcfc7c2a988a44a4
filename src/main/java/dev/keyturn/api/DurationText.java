package dev.keyturn.api;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import io.fabric8.crd.generator.annotation.SchemaFrom;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.IntOrString;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A {@link java.time.Duration} that manifests write as Go does. */
@JacksonAnnotationsInside
@JsonDeserialize(using = ManifestDuration.Deserializer.class)
@JsonSerialize(using = ManifestDuration.Serializer.class)
@SchemaFrom(type = IntOrString.class)
@Size(min = 1, max = SchemaRules.DURATION_SIZE)
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER})
@interface DurationText {}
