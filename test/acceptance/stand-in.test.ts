import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "./support/commands.ts";
import { aws, calls, type LabEnvironment, lab, labUp } from "./support/lab.ts";
import { zipOf } from "./support/zip.ts";

/** The rest of the suite rests on the stand-in refusing what AWS refuses, and on its faults being real. */
describe("the stand-in for AWS", () => {
  let env: LabEnvironment;
  const folder = mkdtempSync(join(tmpdir(), "nativedeps-stand-in-"));

  beforeAll(async () => {
    env = await labUp();
    await lab("reset");
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const file = (name: string, content: string | Buffer): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  const publish = async (name: string, zip: Buffer) =>
    run(
      "aws",
      ["lambda", "publish-layer-version", "--layer-name", name, "--zip-file", `fileb://${file("layer.zip", zip)}`],
      {
        env,
      },
    );

  it("refuses an inline template over 51,200 bytes", async () => {
    const bucket = (description: string) =>
      JSON.stringify({ Description: description, Resources: { B: { Type: "AWS::S3::Bucket" } } });
    const create = (name: string, body: string) =>
      run(
        "aws",
        ["cloudformation", "create-stack", "--stack-name", name, "--template-body", `file://${file("t.json", body)}`],
        { env },
      );
    const tooLarge = await create("large", bucket("x").padEnd(51_201, " "));
    expect(tooLarge.output).toContain("51200");
    expect(tooLarge.code).not.toBe(0);
    expect((await create("small", bucket("x").padEnd(51_200, " "))).code).toBe(0);
  });

  it("refuses a layer with a file that others may not read", async () => {
    expect((await publish("unreadable", await zipOf({ "lib/x": 0o100600 }))).code).not.toBe(0);
    expect((await publish("readable", await zipOf({ "lib/x": 0o100644 }))).code).toBe(0);
  });

  it("refuses a function with more than five layers, or with two versions of one", async () => {
    const arns: string[] = [];
    for (const name of ["a", "b", "c", "d", "e", "f"]) {
      arns.push(JSON.parse((await publish(name, await zipOf({ "lib/x": 0o100644 }))).stdout).LayerVersionArn);
    }
    const second = JSON.parse((await publish("a", await zipOf({ "lib/y": 0o100644 }))).stdout).LayerVersionArn;
    const code = file("code.zip", await zipOf({ "index.js": 0o100644 }));
    await aws(env, "iam", "create-role", "--role-name", "fn", "--assume-role-policy-document", "{}");
    const create = (name: string, layers: readonly string[]) =>
      run(
        "aws",
        [
          ...[
            "lambda",
            "create-function",
            "--function-name",
            name,
            "--runtime",
            "nodejs20.x",
            "--handler",
            "index.handler",
          ],
          ...["--role", "arn:aws:iam::123456789012:role/fn", "--zip-file", `fileb://${code}`, "--layers", ...layers],
        ],
        { env },
      );
    expect((await create("six", arns)).code).not.toBe(0);
    expect((await create("twice", [arns[0] ?? "", second])).code).not.toBe(0);
    expect((await create("five", arns.slice(0, 5))).code).toBe(0);
  });

  it("injects faults as often as it is told, and writes every call into the journal", async () => {
    await lab(
      "fault",
      "add",
      JSON.stringify({ service: "lambda", op: "ListLayers", times: 1, error: "AccessDeniedException" }),
    );
    const list = () => run("aws", ["lambda", "list-layers"], { env: { ...env, AWS_MAX_ATTEMPTS: "1" } });
    const before = await calls("ListLayers");
    expect((await list()).output).toContain("AccessDenied");
    expect((await list()).code).toBe(0);
    expect(await calls("ListLayers")).toBe(before + 2);
    await lab("fault", "add", JSON.stringify({ service: "lambda", op: "ListLayers", times: 9, drop: true }));
    expect((await list()).code).not.toBe(0);
    await lab("fault", "clear");
    expect((await list()).code).toBe(0);
  });
});
