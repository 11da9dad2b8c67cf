import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { must } from "./support/commands.ts";
import { type Example, layerVersions, rubyExample } from "./support/example.ts";
import { aws, database, freshLab, type LabEnvironment, type Server } from "./support/lab.ts";

describe.each([
  ["the macro waits", "NativeDeps"],
  ["the macro may not wait", "{Name: NativeDeps, Parameters: {WaitSeconds: 0}}"],
])("a package that does not exist, where %s", (_name, transform) => {
  const deferred = transform !== "NativeDeps";
  let env: LabEnvironment;
  let db: Server;
  let example: Example;
  let printed: string;

  beforeAll(async () => {
    env = await freshLab();
    db = await database();
    example = await rubyExample(env, db);
    example.edit((t) => t.replace("[NativeDeps,", `[${transform},`).replace("[mysql-libs]", "[mysql-lib]"));
    const failed = await example.deploy("app");
    expect(failed.code).not.toBe(0);
    printed = failed.output;
  });

  afterAll(async () => {
    example?.remove();
    await db?.down();
  });

  it("is named in one line with function, system and what to do", () => {
    // sam wraps the reasons of stack events into its table, so what it prints is compared without white space.
    const squeezed = printed.replace(/[\s|-]+/g, "");
    expect(squeezed).toContain('"mysql-lib"isnotapackageofAmazonLinux2023'.replace(/-/g, ""));
    expect(squeezed).toContain('didyoumean"mysqllibs"');
    if (deferred) return;
    const lines = printed.split("\n").filter((line) => line.includes('"mysql-lib"'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("Resources.DatabaseVersion.Metadata.Packages.Runtime");
  });

  it("leaves no resource and no layer", async () => {
    expect(await layerVersions(env)).toEqual([]);
    type Stacks = { Stacks: { StackStatus: string }[] };
    const { Stacks } = await aws<Stacks>(env, "cloudformation", "describe-stacks", "--stack-name", "app");
    expect(Stacks[0]?.StackStatus).toBe(deferred ? "ROLLBACK_COMPLETE" : "REVIEW_IN_PROGRESS");
    type Resources = { StackResourceSummaries: { ResourceStatus: string }[] };
    const list = ["cloudformation", "list-stack-resources", "--stack-name", "app"];
    const { StackResourceSummaries } = await aws<Resources>(env, ...list);
    const left = StackResourceSummaries.filter(({ ResourceStatus }) => ResourceStatus !== "DELETE_COMPLETE");
    expect(left).toEqual([]);
  });

  it("fails the same way when tried again: no lock is in the way", async () => {
    if (deferred) await must("aws", ["cloudformation", "delete-stack", "--stack-name", "app"], { env });
    if (deferred)
      await must("aws", ["cloudformation", "wait", "stack-delete-complete", "--stack-name", "app"], { env });
    const again = await example.deploy("app");
    expect(again.output.replace(/[\s|-]+/g, "")).toContain('"mysqllib"isnotapackage');
  });

  it("deploys once corrected", async () => {
    if (deferred) await must("aws", ["cloudformation", "delete-stack", "--stack-name", "app"], { env });
    if (deferred)
      await must("aws", ["cloudformation", "wait", "stack-delete-complete", "--stack-name", "app"], { env });
    example.edit((t) => t.replace("[mysql-lib]", "[mysql-libs]"));
    const corrected = await example.deploy("app");
    expect(corrected.output).toContain("Successfully created/updated stack - app");
    expect(await layerVersions(env)).toHaveLength(1);
  });
});
