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
    expect(calls()).toEqual([["lambda", "list-layer-versions", "--layer-name", "name", "--output", "json"]]);
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
        ...["lambda", "publish-layer-version", "--layer-name", "nativedeps-x", "--description", LAYER.description],
        ...["--license-info", "MIT", "--compatible-runtimes", "ruby3.3", "--compatible-architectures", "x86_64"],
        ...["--content", `S3Bucket=bucket,S3Key=work/${KEY}/b-1/layer.zip`, "--cli-read-timeout", "300"],
        ...["--output", "json"],
      ],
    ]);
  });

  test("keeps a record by key and tree", async () => {
    const { calls } = fakeCommand("aws", "");
    await awsCommand(environment(), "/dir").keepRecord("/dir/result.json", KEY, "t");
    expect(calls()).toEqual([
      ["s3", "cp", "--only-show-errors", "/dir/result.json", `s3://bucket/records/${KEY}/t/result.json`],
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
