import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { layerKey, RECIPE } from "../../../src/packages/layer-spec.ts";
import { at, isObject, type JsonObject } from "../../../src/template/json.ts";
import type { Mode, Published } from "./macro.ts";
import { packaged } from "./packaged.ts";
import { parameterValues } from "./parameters.ts";
import { parseTemplate } from "./yaml.ts";

/** A template that the macro must serve, and the ways in which it is called. */
export interface Subject {
  readonly name: string;
  /** What the macro gets; of a snippet, the function resource. */
  readonly fragment: JsonObject;
  /** The fragment, or a snippet, as a whole template. */
  asTemplate(fragment: unknown): JsonObject;
  /** The rest of the macro's event. */
  readonly event: JsonObject;
  readonly parameters: JsonObject;
  readonly modes: readonly Mode[];
  /** What the layers that are there say of themselves. */
  readonly published: Published;
}

const CASES = fileURLToPath(new URL("../../unit/template/cases/", import.meta.url));
const INPUTS = fileURLToPath(new URL("../inputs/", import.meta.url));

const object = (value: unknown): JsonObject => (isObject(value) ? value : {});

function subject(
  name: string,
  written: unknown,
  event: JsonObject,
  modes: readonly Mode[],
  published: Published = {},
): Subject {
  const isSnippet = isObject(written) && !isObject(written.Resources);
  const asTemplate = (fragment: unknown): JsonObject =>
    isSnippet ? { Resources: { Snippet: fragment } } : object(fragment);
  const template = packaged(asTemplate(object(written)));
  const fragment = isSnippet ? object(at(template, "Resources", "Snippet")) : template;
  const parameters = parameterValues(template, object(event.templateParameterValues));
  const values = { ...event, templateParameterValues: parameters };
  return { name, fragment, asTemplate, event: values, parameters, modes, published };
}

/** Sixteen zeros in a case stand for the key of jq on ruby3.3 and x86_64, as in the unit tests. */
const JQ_KEY = layerKey({
  ...{ v: 1, kind: "runtime", runtime: "ruby3.3", arch: "x86_64", packages: ["jq"], repositories: [] },
  ...{ release: null, keep: [], drop: [], recipe: RECIPE },
});

const caseInput = (folder: string): unknown =>
  parseTemplate(readFileSync(`${folder}/input.yaml`, "utf8").replaceAll("0".repeat(16), JQ_KEY.slice(0, 16)));

function caseSubject(name: string): readonly Subject[] {
  const folder = `${CASES}${name}`;
  if (!existsSync(`${folder}/expected.yaml`)) return [];
  const json = (file: string) =>
    existsSync(`${folder}/${file}`) ? JSON.parse(readFileSync(`${folder}/${file}`, "utf8")) : {};
  const mode = existsSync(`${folder}/deferred`) ? "deferred" : "found";
  return [subject(name, caseInput(folder), json("event.json"), [mode], json("layers.json"))];
}

/** The unit tests' cases that come out, each as it is tested there. */
export const caseSubjects = (): readonly Subject[] => readdirSync(CASES).flatMap(caseSubject);

/** The oracle's own templates, as users write them, with all layers there and with none. */
export const inputSubjects = (): readonly Subject[] =>
  readdirSync(INPUTS).map((file) => {
    const { Transform: _, ...written } = object(parseTemplate(readFileSync(`${INPUTS}${file}`, "utf8")));
    return subject(file.replace(/\.yaml$/, ""), written, {}, ["found", "deferred"]);
  });
