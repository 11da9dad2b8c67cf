import { describe, expect, test } from "vitest";
import { awsCommand } from "../../../../src/adapters/process/aws-command.ts";
import { fakeCommand } from "./fake-command.ts";

const KEY = "a".repeat(64);
const LAYER = {
  name: "nativedeps-x",
  description: "nativedeps/1 key=… refresh=0",
  runtime: "ruby3.3",
  arch: "x86_64" as const,
  license: "MIT",
};
const environment = () => ({ PATH: process.env.PATH, NATIVEDEPS_BUCKET: "bucket", CODEBUILD_BUILD_ID: "project:b-1" });

describe("the aws command as publisher", () => {
  test("lists versions, those without a description too", async () => {
    const answer = '{"LayerVersions":[{"LayerVersionArn":"arn:2","Description":"d"},{"LayerVersionArn":"arn:1"}]}';
    const { calls } = fakeCommand("aws", `echo '${answer}'`);
    expect(await awsCommand(environment(), "/dir").publisher(KEY).list("name")).toEqual([
      { arn: "arn:2", description: "d" },
      { arn: "arn:1", description: "" },
    ]);
    expect(calls()).toEqual([
      ["lambda", "list-layer-versions", "--cli-input-json", '{"LayerName":"name"}', "--output", "json"],
    ]);
  });

  test("never takes a failure or a strange answer for an empty list", async () => {
    fakeCommand("aws", "echo 'An error occurred (AccessDeniedException)' >&2; exit 254");
    await expect(awsCommand(environment(), "/dir").publisher(KEY).list("name")).rejects.toThrow(
      "aws lambda list-layer-versions: An error occurred (AccessDeniedException)",
    );
    fakeCommand("aws", "echo '{}'");
    await expect(awsCommand(environment(), "/dir").publisher(KEY).list("name")).rejects.toThrow(
      "holds no LayerVersions",
    );
  });

  test("uploads the zip and publishes it from there, in one attempt", async () => {
    const script = `[ "$2" = publish-layer-version ] || exit 0
      echo "{\\"LayerVersionArn\\":\\"arn:3\\",\\"Description\\":\\"attempts $AWS_MAX_ATTEMPTS\\"}"`;
    const { calls } = fakeCommand("aws", script);
    const version = await awsCommand(environment(), "/dir").publisher(KEY).publish(LAYER);
    expect(version).toEqual({ arn: "arn:3", description: "attempts 1" });
    expect(calls()).toEqual([
      ["s3", "cp", "--only-show-errors", "/dir/layer.zip", `s3://bucket/work/${KEY}/b-1/layer.zip`],
      [
        ...["lambda", "publish-layer-version", "--cli-input-json", expect.stringMatching(/^\{/)],
        ...["--cli-read-timeout", "300", "--output", "json"],
      ],
    ]);
    expect(JSON.parse(calls()[1]?.[3] ?? "")).toEqual({
      LayerName: "nativedeps-x",
      Description: LAYER.description,
      LicenseInfo: "MIT",
      CompatibleRuntimes: ["ruby3.3"],
      CompatibleArchitectures: ["x86_64"],
      Content: { S3Bucket: "bucket", S3Key: `work/${KEY}/b-1/layer.zip` },
    });
  });

  /** What publishing says of a license; and no argument is one that aws replaces by a file. */
  async function publishedLicense(license: string): Promise<unknown> {
    const { calls } = fakeCommand("aws", `echo '{"LayerVersionArn":"arn:3"}'`);
    await awsCommand(environment(), "/dir")
      .publisher(KEY)
      .publish({ ...LAYER, license });
    expect(calls().flat()).not.toContainEqual(expect.stringMatching(/^(fileb?|https?):/));
    return JSON.parse(calls()[1]?.[3] ?? "").LicenseInfo;
  }

  test("has no license read from a file of the build host", async () => {
    expect(await publishedLicense("file:///etc/hostname")).toBe("file:///etc/hostname");
  });

  test("cuts a license at what Lambda takes, on one line, and leaves out an empty one", async () => {
    expect(await publishedLicense("a\u0000\nb\u001b[1m")).toBe("a b [1m");
    expect(await publishedLicense("x".repeat(600))).toBe("x".repeat(512));
    expect(await publishedLicense(`${"x".repeat(511)}\u{1f600}`)).toBe("x".repeat(511));
    expect(await publishedLicense("\n")).toBeUndefined();
  });

  test("keeps a record by key and tree", async () => {
    const { calls } = fakeCommand("aws", "");
    await awsCommand(environment(), "/dir").keepRecord("/dir/sbom.cdx.json", KEY, "t");
    expect(calls()).toEqual([
      ["s3", "cp", "--only-show-errors", "/dir/sbom.cdx.json", `s3://bucket/records/${KEY}/t/sbom.cdx.json`],
    ]);
  });

  test("without a bucket says which variable to set", async () => {
    const { calls } = fakeCommand("aws", "");
    await expect(awsCommand({ PATH: process.env.PATH }, "/dir").keepRecord("f", KEY, "t")).rejects.toThrow(
      "NATIVEDEPS_BUCKET",
    );
    expect(calls()).toEqual([]);
  });
});
