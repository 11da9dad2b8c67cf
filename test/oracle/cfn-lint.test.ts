import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/template/json.ts";
import { runMacro } from "./support/macro.ts";
import { caseSubjects, inputSubjects, type Subject } from "./support/subjects.ts";
import { labTool } from "./support/translator.ts";

/** cfn-lint finds nothing in what the macro answers that it does not find in what the user wrote. */
const subjects = [...caseSubjects(), ...inputSubjects()];
const folder = mkdtempSync(join(tmpdir(), "nativedeps-cfn-lint-"));
const findings = new Map<string, string[]>();

/** Warnings of rules that an answer cannot but raise, by case, each looked at. */
const ACCEPTED: Readonly<Record<string, readonly string[]>> = {
  // A list parameter is taken apart item by item: cfn-lint judges its items then, and an empty one is used no more.
  "layers-forms": ["W1035", "W2001"],
  // Six layers in a branch that this deploy's parameters rule out: another deploy asks the macro again.
  "layers-count": ["E3032"],
};

/** A branch that cannot be reached: one condition inside another that decides it, as the user's own are related. */
const ALWAYS_ACCEPTED = ["W1028"];

interface Finding {
  readonly Filename: string;
  readonly Message: string;
  readonly Rule: { readonly Id: string };
  readonly Location: { readonly Path: readonly (string | number)[] | null };
}

/** With the transforms that are still to come: CloudFormation takes ours away. */
function withTransform(template: JsonObject): JsonObject {
  const text = JSON.stringify(template);
  const transforms = [
    ...(text.includes('"Fn::ForEach::') ? ["AWS::LanguageExtensions"] : []),
    ...(text.includes('"AWS::Serverless::') ? ["AWS::Serverless-2016-10-31"] : []),
  ];
  return transforms.length === 0 ? template : { Transform: transforms, ...template };
}

const write = (name: string, template: JsonObject): void =>
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(withTransform(template)));

async function prepare({ name, fragment, asTemplate, event, modes, published }: Subject): Promise<void> {
  write(`${name}.before`, asTemplate(fragment));
  for (const mode of modes) {
    const answer = await runMacro(fragment, mode, event, published);
    if (answer.status === "success") write(`${name}.${mode}`, asTemplate(answer.fragment));
  }
}

/** One finding and its property, in words that stay the same when places in a list and SAM's version ids do not. */
const inWords = ({ Rule, Message, Location }: Finding): string =>
  `${Rule.Id} ${(Location.Path ?? []).slice(0, 4).join(" ")}: ${Message}`
    .replace(/Version[0-9a-f]{10}/g, "Version")
    // What would be allowed grows with the resources.
    .replace(/is not one of \[.*\]/s, "is not allowed");

beforeAll(async () => {
  for (const subject of subjects) await prepare(subject);
  write("mistake", { Resources: { Fn: { Type: "AWS::Lambda::Function", Properties: { Layers: 7 } } } });
  const report = JSON.parse(await labTool("cfn-lint", ["--format", "json", join(folder, "*.json")])) as Finding[];
  for (const finding of report) {
    const file = basename(finding.Filename, ".json");
    findings.set(file, [...(findings.get(file) ?? []), inWords(finding)]);
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("cfn-lint on what the macro answers", () => {
  it.each(subjects.map((subject) => [subject.name, subject] as const))("finds nothing new in %s", (name, { modes }) => {
    const before = findings.get(`${name}.before`) ?? [];
    for (const mode of modes) {
      const found = findings.get(`${name}.${mode}`) ?? [];
      const isNew = (finding: string): boolean =>
        !before.includes(finding) &&
        ![...ALWAYS_ACCEPTED, ...(ACCEPTED[name] ?? [])].some((rule) => finding.startsWith(`${rule} `));
      expect(found.filter(isNew), mode).toEqual([]);
    }
  });

  it("would find a mistake", () => {
    expect(findings.get("mistake")?.join("\n")).toContain("Resources Fn Properties");
  });
});
