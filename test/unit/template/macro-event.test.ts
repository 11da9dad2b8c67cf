import { describe, expect, it } from "vitest";
import type { Problem } from "../../../src/errors/problem.ts";
import { parametersOf, readParameters } from "../../../src/template/macro-event.ts";

function read(params: unknown) {
  const problems: Problem[] = [];
  const given = readParameters(params, problems);
  return { given, places: problems.map(({ where }) => where) };
}

describe("the macro's parameters", () => {
  it.each<[unknown, object]>([
    [undefined, { onMissing: "Build" }],
    [{}, { onMissing: "Build" }],
    [{ WaitSeconds: 0 }, { onMissing: "Build", waitSeconds: 0 }],
    [{ WaitSeconds: 900 }, { onMissing: "Build", waitSeconds: 900 }],
    [{ WaitSeconds: "240" }, { onMissing: "Build", waitSeconds: 240 }],
    [{ OnMissing: "Build" }, { onMissing: "Build" }],
    [{ OnMissing: "Fail" }, { onMissing: "Fail" }],
    [{ Release: "2023.9.20251110" }, { onMissing: "Build", release: "2023.9.20251110" }],
  ])("%j are taken", (params, given) => {
    expect(read(params)).toEqual({ given, places: [] });
  });

  it.each<[object, string]>([
    [{ WaitSeconds: -1 }, "WaitSeconds"],
    [{ WaitSeconds: 901 }, "WaitSeconds"],
    [{ WaitSeconds: "901" }, "WaitSeconds"],
    [{ WaitSeconds: "" }, "WaitSeconds"],
    [{ WaitSeconds: "x12" }, "WaitSeconds"],
    [{ WaitSeconds: "12x" }, "WaitSeconds"],
    [{ WaitSeconds: "00012" }, "WaitSeconds"],
    [{ WaitSeconds: ["12"] }, "WaitSeconds"],
    [{ WaitSeconds: true }, "WaitSeconds"],
    [{ WaitSeconds: null }, "WaitSeconds"],
    [{ OnMissing: "fail" }, "OnMissing"],
    [{ Release: 2023 }, "Release"],
    [{ Release: "latest" }, "Release"],
    [{ waitSeconds: 1 }, "waitSeconds"],
  ])("%j are refused", (params, name) => {
    expect(read(params)).toEqual({ given: { onMissing: "Build" }, places: [`Transform.Parameters.${name}`] });
  });
});

describe("what Ref gives", () => {
  const event = { requestId: "r", region: "eu-west-1", accountId: "42", transformId: "t", fragment: {} };

  it("is the parameters' values and what the event tells of the place", () => {
    expect(parametersOf({ ...event, templateParameterValues: { A: "a" } })).toEqual({
      A: "a",
      "AWS::Region": "eu-west-1",
      "AWS::AccountId": "42",
    });
    expect(Object.keys(parametersOf({ ...event, templateParameterValues: ["a"] }))).not.toContain("0");
  });
});
