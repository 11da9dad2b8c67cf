import { toJsonSchema } from "@valibot/to-json-schema";
import { Ajv, type SchemaObject } from "ajv";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Problem } from "../../../src/errors/problem.ts";
import { readPackagesBlock } from "../../../src/template/packages-block.ts";
import { definitions, packagesSchema } from "../../../src/template/packages-schema.ts";
import { runs } from "../runs.ts";

const generated = {
  ...toJsonSchema(packagesSchema, { definitions, ignoreActions: ["check"] }),
  title: "Packages of a Lambda function, as NativeDeps reads them",
} as SchemaObject;

describe("the JSON Schema of Packages", () => {
  it("is the one in schema/, which `npm run unit -- -u` writes", async () => {
    const file = new URL("../../../schema/packages.schema.json", import.meta.url);
    await expect(`${JSON.stringify(generated, null, 2)}\n`).toMatchFileSnapshot(file.pathname);
  });

  it("takes what the macro takes, and nothing else", () => {
    const isValid = new Ajv({ strictSchema: false }).compile(generated);
    const text = fc.oneof(
      fc.constantFrom(
        "git",
        "perl(Foo)",
        "-y",
        "",
        "a b",
        "share/x",
        "../x",
        "/x",
        "a//b",
        "2023.9.20251110",
        "x\u0001",
      ),
      fc.string({ maxLength: 3 }),
      fc.constantFrom("a".repeat(200), "a".repeat(201), `${"a/".repeat(250)}`),
    );
    const list = fc.letrec<{ list: unknown }>((tie) => ({
      list: fc.oneof(
        text,
        text,
        fc.constantFrom<unknown>(null, 7, true, { Ref: "A" }),
        fc.array(tie("list"), { maxLength: 3 }),
      ),
    })).list;
    const own = {
      Id: "acme",
      BaseUrl: "https://rpm.example.com/$releasever/",
      GpgKey: "https://rpm.example.com/key.asc",
      Fingerprint: "0123456789abcdef0123456789abcdef01234567",
    };
    const repository = fc.oneof(
      fc.constantFrom<unknown>(
        "spal",
        "epel",
        "extras:x",
        "extras:",
        own,
        { ...own, Id: "-x" },
        { ...own, More: 1 },
        null,
      ),
      fc.constantFrom<unknown>({ ...own, BaseUrl: "http://x.example/" }, { ...own, Fingerprint: "01" }, { Id: "x" }, 7),
    );
    const repositories = fc.oneof(repository, fc.array(repository, { maxLength: 2 }));
    const block = fc.record(
      { Build: list, Runtime: list, Release: list, Keep: list, Drop: list, Repositories: repositories, Zzz: list },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.oneof({ weight: 9, arbitrary: block as fc.Arbitrary<unknown> }, fc.jsonValue({ maxDepth: 2 })),
        (value) => {
          fc.pre(value !== false && value !== null);
          const problems: Problem[] = [];
          readPackagesBlock(value, "Packages", problems);
          expect(isValid(value)).toBe(problems.length === 0);
        },
      ),
      { numRuns: runs(2_000) },
    );
  });

  it.each([
    [false, true],
    [null, true],
    [true, false],
    [{}, true],
  ])("%j: %s", (value, valid) => {
    expect(new Ajv({ strictSchema: false }).validate(generated, value)).toBe(valid);
  });
});
