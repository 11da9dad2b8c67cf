import { beforeAll, describe, expect, it } from "vitest";
import { layerVersions } from "./support/example.ts";
import { calls, freshLab, type LabEnvironment, lab, ownCalls } from "./support/lab.ts";
import { type CallMacro, installedMacro, layersIn, templateOf } from "./support/macro.ts";

/** A package set of its own for each number: what is kept is part of the key, whether or not there is such a file. */
const setOf = (number: number): object => ({ Runtime: ["jq"], Keep: [`share/doc/${number}`] });

describe("many deployments at once", () => {
  let env: LabEnvironment;
  let macro: CallMacro;

  beforeAll(async () => {
    env = await freshLab();
    macro = await installedMacro(env);
  });

  it("50 of one new package set make one build and one version, and all get it", async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => macro(templateOf([setOf(0)]))));
    expect(answers.map(({ status, errorMessage }) => errorMessage ?? status)).toEqual(Array(50).fill("success"));
    expect(await calls("StartBuild")).toBe(1);
    const versions = await layerVersions(env);
    expect(versions).toHaveLength(1);
    expect(new Set(answers.flatMap(layersIn))).toEqual(new Set([JSON.stringify(versions[0])]));
  });

  it("5 of ten new sets, where one build may run and six may be queued, make ten builds in the end", async () => {
    await lab("config", JSON.stringify({ concurrentBuilds: 1 }));
    const sets = Array.from({ length: 10 }, (_, number) => setOf(number + 1));
    const answers = await Promise.all(Array.from({ length: 5 }, () => macro(templateOf(sets))));
    expect(answers.map(({ status, errorMessage }) => errorMessage ?? status)).toEqual(Array(5).fill("success"));
    const versions = await layerVersions(env);
    expect(versions).toHaveLength(11);
    expect(new Set(answers.flatMap(layersIn)).size).toBe(10);
    await lab("config", JSON.stringify({ concurrentBuilds: 2 }));
  });

  it("400 functions of one set are one lookup", async () => {
    const before = await ownCalls("ListLayerVersions");
    const answer = await macro(templateOf(Array.from({ length: 400 }, () => setOf(0))));
    expect(answer.status).toBe("success");
    expect(new Set(layersIn(answer)).size).toBe(1);
    expect(layersIn(answer)).toHaveLength(400);
    expect((await ownCalls("ListLayerVersions")) - before).toBe(1);
  });
});
