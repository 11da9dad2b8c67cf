import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { must } from "./support/commands.ts";
import { type Example, layerVersions, output, processedLayers, rubyExample } from "./support/example.ts";
import {
  aws,
  calls,
  database,
  freshLab,
  invoke,
  type LabEnvironment,
  macroFragments,
  ownCalls,
  type Server,
} from "./support/lab.ts";

/** All of this holds whether the macro may wait for the build or has to leave it to the waiter. */
describe.each([
  ["the macro waits", ""],
  ["the macro may not wait (WaitSeconds: 0)", ", Parameters: {WaitSeconds: 0}"],
])("sam deploy of examples/ruby-mysql2 where %s", (_name, parameters) => {
  const deferred = parameters !== "";
  let env: LabEnvironment;
  let db: Server;
  let example: Example;
  let arn: string;
  let fn: string;

  beforeAll(async () => {
    env = await freshLab();
    db = await database();
    example = await rubyExample(env, db);
    if (deferred) example.edit((t) => t.replace("[NativeDeps,", `[{Name: NativeDeps${parameters}},`));
    const deployed = await example.deploy("app");
    expect(deployed.output).toContain("Successfully created/updated stack - app");
    fn = await output(env, "app", "DatabaseVersionFunction");
    arn = (await layerVersions(env))[0] ?? "";
  });

  afterAll(async () => {
    example?.remove();
    await db?.down();
  });

  it("builds once and publishes one layer version", async () => {
    expect(await calls("StartBuild")).toBe(1);
    expect(await layerVersions(env)).toHaveLength(1);
    expect(arn).toMatch(/:layer:nativedeps-ruby3-3-x86_64-mariadb-connector-c-[0-9a-f]{16}:1$/);
  });

  it("lets the function talk to the database through the library in /opt/lib", async () => {
    const { answer } = await invoke(fn);
    expect(answer).toEqual({
      version: expect.stringMatching(/^\d+\.\d+\.\d+-MariaDB/),
      library: expect.stringMatching(/^\/opt\/lib\/libmariadb\.so\.3/),
    });
  });

  it("is the layer's doing: without it the library is nowhere", async () => {
    const { ok, answer } = await invoke(fn, "--without-layers");
    expect(ok).toBe(false);
    expect(answer.errorMessage).toContain("libmariadb.so.3: cannot open shared object file");
    const image = "public.ecr.aws/lambda/ruby:3.3-x86_64";
    const find =
      "import os; print([f for _,_,fs in os.walk('/') for f in fs if 'libmariadb' in f and not f.endswith('.rpm')])";
    const args = ["run", "--rm", "--entrypoint", "python3", image, "-c", find];
    expect((await must("podman", args, { env })).trim()).toBe("[]");
  });

  it("shows the layer in the processed template and in the change set", async () => {
    const reference = deferred
      ? { "Fn::GetAtt": [expect.stringMatching(/^NativeDepsLayer[0-9a-f]{16}$/), "LayerVersionArn"] }
      : arn;
    expect(await processedLayers(env, "app")).toEqual([reference]);
    const description = await aws<{ LayerVersions: { Description: string }[] }>(
      env,
      ...["lambda", "list-layer-versions", "--layer-name", arn.split(":")[6] ?? ""],
    );
    expect(description.LayerVersions[0]?.Description).toMatch(
      /^nativedeps\/1 key=[0-9a-f]{64} tree=[0-9a-f]{64} release=\S+ env=\S+ refresh=0$/,
    );
  });

  it("shows the ARN to who reviews the change set of a later deploy", async () => {
    const { output } = await example.deploy("reviewed", "--no-execute-changeset");
    const changeSet = /arn:aws:cloudformation:\S+:changeSet\/\S+/.exec(output)?.[0] ?? "";
    const options = ["--change-set-name", changeSet, "--include-property-values"];
    type ChangeSet = { Changes: { ResourceChange: { LogicalResourceId: string; AfterContext: string } }[] };
    const { Changes } = await aws<ChangeSet>(env, "cloudformation", "describe-change-set", ...options);
    const change = Changes.find(({ ResourceChange }) => ResourceChange.LogicalResourceId === "DatabaseVersion");
    expect(JSON.parse(change?.ResourceChange.AfterContext ?? "{}").Properties.Layers).toEqual([arn]);
  });

  it("unpacks the very zip whose hash was published", async () => {
    type Version = { Content: { CodeSha256: string; Location: string } };
    const { Content } = await aws<Version>(env, "lambda", "get-layer-version-by-arn", "--arn", arn);
    const zip = Buffer.from(await (await fetch(Content.Location)).arrayBuffer());
    expect(createHash("sha256").update(zip).digest("base64")).toBe(Content.CodeSha256);
    const info = await aws<{ Configuration: { Layers: { Arn: string }[] } }>(
      env,
      ...["lambda", "get-function", "--function-name", fn],
    );
    expect(info.Configuration.Layers.map((layer) => layer.Arn)).toEqual([arn]);
  });

  it("builds nothing on the second deploy, asks once, and then stays byte for byte the same", async () => {
    const before = { starts: await calls("StartBuild"), lists: await ownCalls("ListLayerVersions") };
    const second = await example.deploy("app", "--no-fail-on-empty-changeset");
    expect(second.code).toBe(0);
    expect(await calls("StartBuild")).toBe(before.starts);
    expect(await ownCalls("ListLayerVersions")).toBe(before.lists + 1);
    expect(await processedLayers(env, "app")).toEqual([arn]);

    expect((await example.deploy("app", "--no-fail-on-empty-changeset")).code).toBe(0);
    const [first, again] = macroFragments().slice(-2);
    expect(again).toBe(first);
    expect(first).toContain(arn);
    expect((await invoke(fn)).ok).toBe(true);
  });

  it("gives a second app with the same packages the same layer without a build", async () => {
    expect((await example.deploy("second-app")).code).toBe(0);
    expect(await calls("StartBuild")).toBe(1);
    expect(await processedLayers(env, "second-app")).toEqual([arn]);
  });
});
