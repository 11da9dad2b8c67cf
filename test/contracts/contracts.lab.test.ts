import { randomBytes } from "node:crypto";
import { beforeAll } from "vitest";
import { awsBuilds } from "../../src/adapters/aws/builds.ts";
import { awsLayers } from "../../src/adapters/aws/layers.ts";
import { awsLocks } from "../../src/adapters/aws/locks.ts";
import { awsObjects } from "../../src/adapters/aws/objects.ts";
import { aws, freshLab, type LabEnvironment } from "../acceptance/support/lab.ts";
import { zipOf } from "../acceptance/support/zip.ts";
import { buildsContract } from "./builds.ts";
import { layersContract } from "./layers.ts";
import { locksContract } from "./locks.ts";

const freshKey = (): string => randomBytes(32).toString("hex");

let env: LabEnvironment;
let bucket: string;
let project: string;

beforeAll(async () => {
  env = await freshLab();
  Object.assign(process.env, env);
  type Stacks = { Stacks: { Outputs: { OutputKey: string; OutputValue: string }[] }[] };
  const stacks = await aws<Stacks>(env, "cloudformation", "describe-stacks", "--stack-name", "nativedeps");
  const output = (key: string) => stacks.Stacks[0]?.Outputs.find((o) => o.OutputKey === key)?.OutputValue ?? "";
  bucket = output("BucketName");
  project = output("ProjectX8664");
});

locksContract(async () => awsLocks(awsObjects(bucket)), freshKey);
buildsContract(async () => awsBuilds({ x86_64: project, arm64: "" }), freshKey);
layersContract(async () => {
  const { LambdaClient, PublishLayerVersionCommand } = await import("@aws-sdk/client-lambda");
  const client = new LambdaClient({});
  const zip = await zipOf({ "share/x": 0o100644 });
  return {
    layers: awsLayers(),
    publish: async (LayerName, Description) =>
      (await client.send(new PublishLayerVersionCommand({ LayerName, Description, Content: { ZipFile: zip } })))
        .LayerVersionArn ?? "",
  };
}, freshKey);
