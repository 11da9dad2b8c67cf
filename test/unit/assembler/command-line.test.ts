import { describe, expect, test } from "vitest";
import { parseCommand } from "../../../src/assembler/command-line.ts";

describe("the command line", () => {
  test("build", () => {
    expect(parseCommand(["build", "--spec", "s", "--out", "o", "--engine", "podman", "--image", "i"])).toEqual({
      verb: "build",
      spec: "s",
      out: "o",
      engine: "podman",
      image: "i",
    });
  });

  test("publish", () => expect(parseCommand(["publish", "--dir", "d"])).toEqual({ verb: "publish", dir: "d" }));

  test.each([
    [""],
    ["build"],
    ["build --spec s"],
    ["build --spec s --out o --engine lxc"],
    ["build --spec s --out o --image=--privileged"],
    ["build --spec s --out o --dir d"],
    ["build --spec s --out o extra"],
    ["publish"],
    ["publish --dir d --spec s"],
    ["publish --dir d --force"],
    ["install"],
  ])("%j is a usage error", (line) => expect(parseCommand(line.split(" "))).toBeUndefined());
});
