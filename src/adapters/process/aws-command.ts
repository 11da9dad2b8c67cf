import { basename, join } from "node:path";
import type { LayerToPublish, LayerVersion, Publisher } from "../../engine/ports.ts";
import { oneLine, ProblemError } from "../../errors/problem.ts";
import { runProcess } from "./run-process.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** A build host's way to Lambda and S3: the `aws` command, version 1 or 2; region and credentials are its own affair. */
export interface AwsCommand {
  /** Uploads layer.zip and publishes it from there. */
  publisher(key: string): Publisher;
  /** Keeps a file, under its name, in the record of what was published under this key. */
  keepRecord(file: string, key: string, tree: string): Promise<void>;
}

/**
 * @param environment as CodeBuild sets it, with `NATIVEDEPS_BUCKET`
 * @param dir folder that holds layer.zip
 */
export function awsCommand(environment: Environment, dir: string): AwsCommand {
  const aws = (args: readonly string[], more: Environment = {}): Promise<string> =>
    callAws(args, { ...environment, AWS_PAGER: "", ...more });
  const upload = async (file: string, key: string): Promise<void> => {
    await aws(["s3", "cp", "--only-show-errors", file, `s3://${bucketOf(environment)}/${key}`]);
  };
  const build = environment.CODEBUILD_BUILD_ID?.split(":").at(-1) || "local";

  return {
    keepRecord: (file, key, tree) => upload(file, `records/${key}/${tree}/${basename(file)}`),
    publisher: (key) => ({
      list: async (name) =>
        listed(await aws(["lambda", "list-layer-versions", ...input({ LayerName: name }), "--output", "json"])),
      async publish(layer) {
        const object = `work/${key}/${build}/layer.zip`;
        await upload(join(dir, "layer.zip"), object);
        // PublishLayerVersion has no idempotency token: a retry could publish twice.
        return published(await aws(publishArguments(layer, bucketOf(environment), object), { AWS_MAX_ATTEMPTS: "1" }));
      },
    }),
  };
}

function bucketOf(environment: Environment): string {
  const bucket = environment.NATIVEDEPS_BUCKET;
  if (bucket) return bucket;
  const todo = "set it to the bucket of the NativeDeps stack";
  throw new ProblemError({ code: "ND140", where: "NATIVEDEPS_BUCKET", what: "the variable is not set", todo });
}

function publishArguments(layer: LayerToPublish, bucket: string, key: string): string[] {
  const license = licenseInfo(layer.license);
  return [
    ...["lambda", "publish-layer-version"],
    ...input({
      LayerName: layer.name,
      Description: layer.description,
      ...(license === "" ? {} : { LicenseInfo: license }),
      CompatibleRuntimes: [layer.runtime],
      CompatibleArchitectures: [layer.arch],
      Content: { S3Bucket: bucket, S3Key: key },
    }),
    // Lambda unpacks the layer before it answers.
    ...["--cli-read-timeout", "300", "--output", "json"],
  ];
}

/**
 * An operation's parameters. The aws command reads a file in place of an argument that begins with file:// or
 * fileb://, and packages decide what some parameters say; inside JSON nothing is replaced.
 */
const input = (parameters: object): string[] => ["--cli-input-json", JSON.stringify(parameters)];

/** A license as Lambda takes it: at most 512 characters, and not half of one at the end. */
const licenseInfo = (license: string): string =>
  oneLine(license)
    .slice(0, 512)
    .replace(/[\ud800-\udbff]$/, "");

interface AnswerVersion {
  readonly LayerVersionArn?: unknown;
  readonly Description?: unknown;
}

function listed(answer: string): LayerVersion[] {
  const versions = (JSON.parse(answer) as { LayerVersions?: unknown }).LayerVersions;
  if (!Array.isArray(versions)) throw awsFailure("lambda list-layer-versions", "its answer holds no LayerVersions");
  return versions.map((version: AnswerVersion) => versionOf(version));
}

const published = (answer: string): LayerVersion => versionOf(JSON.parse(answer) as AnswerVersion);

function versionOf({ LayerVersionArn: arn, Description: description }: AnswerVersion): LayerVersion {
  if (typeof arn !== "string") throw awsFailure("lambda", "its answer holds no LayerVersionArn");
  return { arn, description: typeof description === "string" ? description : "" };
}

async function callAws(args: readonly string[], environment: Environment): Promise<string> {
  const outcome = await runProcess("aws", args, { environment });
  if (outcome.exitCode !== 0) throw awsFailure(args.slice(0, 2).join(" "), outcome.stderr);
  return outcome.stdout;
}

const awsFailure = (operation: string, why: string): ProblemError =>
  new ProblemError({
    code: "ND141",
    where: `aws ${operation}`,
    what: oneLine(why).slice(0, 500) || "it failed without a word",
    todo: "see that the build's role allows the call, then deploy again",
  });
