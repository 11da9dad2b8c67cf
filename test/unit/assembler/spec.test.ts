import { describe, expect, test } from "vitest";
import { parseSpec } from "../../../src/assembler/spec.ts";
import { canonicalJson } from "../../../src/packages/layer-spec.ts";

const GOOD = {
  v: 1,
  kind: "runtime",
  runtime: "ruby3.3",
  arch: "x86_64",
  packages: ["jq", "libpq"],
  repositories: [],
  release: null,
  keep: [],
  drop: [],
  recipe: 1,
};
const ACME = {
  Id: "acme",
  BaseUrl: "https://rpm.example.com/al2023",
  GpgKey: "https://rpm.example.com/KEY",
  Fingerprint: "dd15 d2b6 7cd3 c747 1b13 c9eb 6c60 93e4 d903 729f",
};
const read = (change: object) => parseSpec(canonicalJson({ ...GOOD, ...change }));

describe("a layer spec", () => {
  test("is read", () => {
    expect(read({ release: "2023.9.20251110", keep: ["share/doc/x"] })).toEqual({
      ...GOOD,
      release: "2023.9.20251110",
      keep: ["share/doc/x"],
    });
  });

  test.each([
    ["an option for a package", { packages: ["--nogpgcheck"] }, "starts with a hyphen"],
    ["a command for a package", { packages: ["jq; reboot"] }, "characters"],
    ["a line break in a package", { packages: ["jq\nreboot"] }, "characters"],
    ["a number for a package", { packages: [1] }, "no string"],
    ["no packages", { packages: [] }, "empty"],
    ["packages that are no list", { packages: "jq" }, "no list"],
    ["too many packages", { packages: Array.from({ length: 201 }, (_, i) => `p${1000 + i}`) }, "no list of at most"],
    ["an option for a release", { release: "--installroot=/" }, "release"],
    ["another architecture", { arch: "riscv64" }, "arch"],
    ["a runtime with a slash", { runtime: "../3.3" }, "runtime"],
    ["Keep outside the layer", { keep: ["../../etc/passwd"] }, "no path below /opt"],
    ["Drop with an absolute path", { drop: ["/etc"] }, "no path below /opt"],
    ["another version", { v: 2 }, "version 1"],
    ["another recipe", { recipe: 99 }, "recipe"],
    ["an unknown field", { privileged: true }, "privileged"],
    ["a repository that nobody knows", { repositories: ["nosuch"] }, "its repositories are not of the form"],
    ["a repository's file for its address", { repositories: [{ ...ACME, BaseUrl: "https://x\ngpgcheck=0" }] }, "form"],
    ["a repository without a fingerprint", { repositories: [{ ...ACME, Fingerprint: undefined }] }, "form"],
    [
      "a repository of the other system",
      { repositories: ["extras:nginx1"] },
      'its repository "extras:nginx1" is a repository of Amazon Linux 2',
    ],
  ])("with %s is refused", (_name, change, reason) => {
    expect(() => read(change)).toThrow(reason);
  });

  test.each([["{"], ["[]"], ["null"], ["7"]])("%s is refused", (text) => {
    expect(() => parseSpec(text)).toThrow("layer spec: it is no");
  });

  test("is the same spec however it is formatted and ordered", () => {
    expect(parseSpec(JSON.stringify({ ...GOOD, packages: ["libpq", "jq", "libpq"] }, null, 2))).toEqual(GOOD);
  });

  test("holds repositories in one order, and fingerprints in one form", () => {
    const [one, other] = [read({ repositories: [ACME, "spal"] }), read({ repositories: ["spal", ACME, "spal"] })];
    expect(other).toEqual(one);
    expect(one.repositories).toEqual(["spal", { ...ACME, Fingerprint: "DD15D2B67CD3C7471B13C9EB6C6093E4D903729F" }]);
  });

  test("longer than any real one is refused before it is parsed", () => {
    expect(() => parseSpec(" ".repeat(70_000))).toThrow("64 KB");
  });
});
