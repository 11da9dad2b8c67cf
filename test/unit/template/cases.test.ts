import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { CORE_SCHEMA, load } from "js-yaml";
import { describe, expect, it, vi } from "vitest";
import { transform } from "../../../src/commands/transform.ts";
import type { Problem } from "../../../src/errors/problem.ts";
import { formatDescription } from "../../../src/packages/description.ts";
import { layerName } from "../../../src/packages/layer-name.ts";
import { layerKey, RECIPE } from "../../../src/packages/layer-spec.ts";
import { fakePorts } from "../../fakes/ports.ts";

/**
 * A case is a folder: input.yaml (the fragment), perhaps event.json (params, templateParameterValues) and deferred
 * (present: no layer exists and the macro may not wait); then expected.yaml or problems.txt. In expected.yaml `<arn>`
 * stands for the ARN of a layer; its key and name are checked elsewhere. warnings.txt: what is logged. layers.json: the
 * refresh number of the layers, and the family codes in their Description.
 */
/** Sixteen zeros in an input stand for the key of jq on ruby3.3 and x86_64. */
const JQ_KEY = layerKey({
  ...{ v: 1, kind: "runtime", runtime: "ruby3.3", arch: "x86_64", packages: ["jq"], repositories: [] },
  ...{ release: null, keep: [], drop: [], recipe: RECIPE },
});

const CASES = fileURLToPath(new URL("cases/", import.meta.url));

/** Templates reach a macro as JSON: short-form intrinsics are long by then, and dates are strings. */
const yaml = (path: string): unknown =>
  load(readFileSync(path, "utf8").replaceAll("0".repeat(16), JQ_KEY.slice(0, 16)), { schema: CORE_SCHEMA });

const options = {
  waitSeconds: 0,
  latest: Number.POSITIVE_INFINITY,
  waiterArn: "arn:aws:lambda:us-east-1:123456789012:function:waiter",
  warn: () => {},
};

async function run(folder: string) {
  const ports = fakePorts();
  const fragment = yaml(`${folder}/input.yaml`);
  const extra = existsSync(`${folder}/event.json`) ? JSON.parse(readFileSync(`${folder}/event.json`, "utf8")) : {};
  const event = {
    requestId: "r",
    region: "us-east-1",
    accountId: "123456789012",
    transformId: "t",
    fragment,
    ...extra,
  };
  const layers = existsSync(`${folder}/layers.json`) ? JSON.parse(readFileSync(`${folder}/layers.json`, "utf8")) : {};
  if (!existsSync(`${folder}/deferred`)) {
    const find = ports.layers.find;
    ports.layers.find = async (name, key) =>
      (await find(name, key)) ??
      ports.layers.publish(
        name,
        formatDescription({ key, tree: key, release: "-", env: layers.families ?? [], refresh: layers.refresh ?? 0 }),
      );
  }
  const warnings: string[] = [];
  const warn = (line: string) => void warnings.push(line);
  return { ports, event, response: await transform(ports, event, { ...options, warn }), warnings };
}

/** What is read in messages, by line; they leave the codes out. */
const codes = vi.hoisted(() => new Map<string, string>());

vi.mock("../../../src/errors/problem.ts", async (original) => {
  const real = await original<typeof import("../../../src/errors/problem.ts")>();
  const formatProblem = (problem: Problem): string => {
    const line = real.formatProblem(problem);
    codes.set(line, problem.code);
    return line;
  };
  return { ...real, formatProblem };
});

/** Each line of a message with its problem's code before it. */
const withCodes = (message: string): string =>
  message.replace(/^.+$/gm, (line) => [codes.get(line), line].filter((word) => word !== undefined).join(" "));

/** Keys depend on the recipe; the cases are about the template. */
function anonymous(value: unknown): unknown {
  const text = JSON.stringify(value)
    .replace(/"arn:aws:lambda:us-east-1:123456789012:layer:nativedeps-[^"]*"/g, '"<arn>"')
    .replace(/NativeDepsLayer[0-9a-f]{16}/g, "NativeDepsLayer<key>")
    .replace(/"nativedeps-[^"]*-[0-9a-f]{16}"/g, '"<name>"')
    .replace(/"[0-9a-f]{64}"/g, '"<key>"')
    .replace(/[0-9a-f]{16}(?=\.(\d|building))/g, "<key>");
  return JSON.parse(text);
}

describe.each(readdirSync(CASES))("%s", (name) => {
  const folder = `${CASES}${name}`;

  it("comes out as expected", async () => {
    const { event, response, warnings } = await run(folder);
    const text = (file: string): string =>
      existsSync(`${folder}/${file}`) ? readFileSync(`${folder}/${file}`, "utf8").trim() : "";
    expect(withCodes(warnings.join("\n"))).toBe(text("warnings.txt"));
    expect(response.status === "failure" ? withCodes(response.errorMessage) : "").toBe(text("problems.txt"));
    if (response.status === "failure") return;
    const expected = yaml(`${folder}/expected.yaml`);
    expect(anonymous(response.fragment)).toEqual(expected);
    // The order of what is there stays, too; what is added comes after it.
    const before = Object.keys(event.fragment as object);
    expect(Object.keys(response.fragment as object).slice(0, before.length)).toEqual(before);
  });

  it("changes nothing the second time", async () => {
    const { ports, event, response } = await run(folder);
    if (response.status !== "success") return;
    const again = await transform(ports, { ...event, fragment: response.fragment }, options);
    expect(JSON.stringify(again.fragment)).toBe(JSON.stringify(response.fragment));
  });
});

describe("a layer in the answer", () => {
  it("has the name and key of its spec", async () => {
    const { response } = await run(`${CASES}serverless-function`);
    const resolved = response.fragment as Record<string, never> as unknown as {
      Resources: { Fn: { Metadata: { NativeDepsResolved: { Key: string; Layer: string } } } };
    };
    const spec = {
      v: 1,
      kind: "runtime",
      runtime: "ruby3.3",
      arch: "x86_64",
      packages: ["mariadb-connector-c"],
      repositories: [],
      release: null,
      keep: [],
      drop: [],
      recipe: 1,
    } as const;
    const record = resolved.Resources.Fn.Metadata.NativeDepsResolved;
    expect(record).toMatchObject({ Key: layerKey(spec), Layer: layerName(spec, layerKey(spec)) });
  });
});
