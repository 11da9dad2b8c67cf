import { describe, expect, test } from "vitest";
import { imageForRuntime } from "../../../src/assembler/image.ts";

describe("the Lambda image of a runtime", () => {
  test.each([
    ["python3.12", "python:3.12"],
    ["nodejs24.x", "nodejs:24"],
    ["ruby3.3", "ruby:3.3"],
    ["provided.al2023", "provided:al2023"],
    ["provided.al2", "provided:al2"],
    ["java17.al2023", "java:17.al2023"],
    ["java8.al2", "java:8.al2"],
    ["java21", "java:21"],
    ["dotnet10", "dotnet:10"],
    ["rust1.99", "rust:1.99"],
  ])("%s -> %s", (runtime, image) => {
    expect(imageForRuntime(runtime, "arm64")).toBe(`public.ecr.aws/lambda/${image}-arm64`);
  });

  test("comes from the registry that is named", () => {
    expect(imageForRuntime("ruby3.3", "x86_64", "mirror.example/aws/lambda/")).toBe(
      "mirror.example/aws/lambda/ruby:3.3-x86_64",
    );
  });

  test.each(["", "provided", "Python3.12", "../x1", "python3.12 --privileged", "go"])("%j has none", (runtime) => {
    expect(() => imageForRuntime(runtime, "x86_64")).toThrow("has no Lambda image");
  });
});
