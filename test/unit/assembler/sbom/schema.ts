import { Spec, Validation } from "@cyclonedx/cyclonedx-library";

/** What CycloneDX's own schema has against a bill of materials; null if nothing. */
export const schemaErrors = (document: string): Promise<unknown> =>
  new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(document);
