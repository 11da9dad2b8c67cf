import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Finished, must, ROOT, run } from "./commands.ts";
import { aws, type LabEnvironment, type Server } from "./lab.ts";

export interface Example {
  readonly folder: string;
  /** `sam deploy` of the folder, as a user runs it. */
  deploy(stack: string, ...options: string[]): Promise<Finished>;
  /** Changes the template's text. */
  edit(change: (template: string) => string): void;
  remove(): void;
}

/** A copy of examples/ruby-mysql2 with its gem in place, as `sam build` would leave it. */
export async function rubyExample(env: LabEnvironment, db: Server): Promise<Example> {
  const folder = mkdtempSync(join(tmpdir(), "nativedeps-example-"));
  cpSync(`${ROOT}/examples/ruby-mysql2`, folder, { recursive: true });
  await must(`${ROOT}/lab/runner/vendor-mysql2`, [`${folder}/src`], { env });
  const template = join(folder, "template.yaml");
  const { DB_HOST, DB_PORT, DB_USER, DB_PASSWORD } = db.env;
  const parameters = [
    `DatabaseHost=${DB_HOST}`,
    `DatabasePort=${DB_PORT}`,
    `DatabaseUser=${DB_USER}`,
    `DatabasePassword=${DB_PASSWORD}`,
  ];
  return {
    folder,
    deploy: (stack, ...options) =>
      run(
        "sam",
        [
          ...["deploy", "--stack-name", stack, "--s3-bucket", env.LAB_BUCKET ?? ""],
          ...["--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND", "--no-progressbar"],
          ...["--parameter-overrides", ...parameters, ...options],
        ],
        { cwd: folder, env },
      ),
    edit: (change) => writeFileSync(template, change(readFileSync(template, "utf8"))),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** An output of a stack. */
export async function output(env: LabEnvironment, stack: string, key: string): Promise<string> {
  type Stacks = { Stacks: { Outputs?: { OutputKey: string; OutputValue: string }[] }[] };
  const { Stacks } = await aws<Stacks>(env, "cloudformation", "describe-stacks", "--stack-name", stack);
  return Stacks[0]?.Outputs?.find((o) => o.OutputKey === key)?.OutputValue ?? "";
}

/** The layers of the example's function in the processed template. */
export async function processedLayers(env: LabEnvironment, stack: string): Promise<unknown> {
  type Template = { TemplateBody: string | { Resources: Record<string, { Properties: { Layers?: unknown } }> } };
  const answer = await aws<Template>(
    env,
    ...["cloudformation", "get-template", "--stack-name", stack, "--template-stage", "Processed"],
  );
  const body = typeof answer.TemplateBody === "string" ? JSON.parse(answer.TemplateBody) : answer.TemplateBody;
  return body.Resources.DatabaseVersion.Properties.Layers;
}

/** ARNs of all published layer versions. */
export async function layerVersions(env: LabEnvironment): Promise<readonly string[]> {
  type Layers = { Layers?: { LayerName: string }[] };
  type Versions = { LayerVersions: { LayerVersionArn: string }[] };
  const { Layers = [] } = await aws<Layers>(env, "lambda", "list-layers");
  const found = await Promise.all(
    Layers.map(({ LayerName }) => aws<Versions>(env, "lambda", "list-layer-versions", "--layer-name", LayerName)),
  );
  return found.flatMap(({ LayerVersions }) => LayerVersions.map((v) => v.LayerVersionArn));
}
