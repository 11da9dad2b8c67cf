import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BuildResult } from "../../src/packages/build-result.ts";
import { must, ROOT } from "./support/commands.ts";
import { type LabEnvironment, lab, labEnvironment } from "./support/lab.ts";

const spec = (packages: readonly string[]) => ({
  v: 1,
  kind: "runtime",
  runtime: "ruby3.3",
  arch: "x86_64",
  packages,
  repositories: [],
  release: null,
  keep: [],
  drop: [],
  recipe: 1,
});

const sha256 = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");

describe("the same package set, assembled elsewhere", () => {
  let env: LabEnvironment;
  const folders: string[] = [];

  beforeAll(async () => {
    await lab("up");
    env = await labEnvironment();
  });

  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  async function assemble(packages: readonly string[], engine: string, zone: string, umask: string, sub: string) {
    const base = mkdtempSync(join(tmpdir(), "nativedeps-assemble-"));
    folders.push(base);
    const folder = join(base, sub);
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/spec.json`, JSON.stringify(spec(packages)));
    const command = `umask ${umask}; exec node "${ROOT}/dist/assembler.cjs" build --spec spec.json --out out --engine ${engine}`;
    await must("bash", ["-c", command], { cwd: folder, env: { ...env, TZ: zone } });
    const result = JSON.parse(readFileSync(`${folder}/out/result.json`, "utf8")) as BuildResult;
    return { tree: result.treeDigest, zip: sha256(`${folder}/out/layer.zip`), said: result.zipSha256 };
  }

  it("has the same tree digest and the same zip, whatever the order, time zone, umask, directory and engine", async () => {
    const one = await assemble(["libpq", "mariadb-connector-c"], "podman", "UTC", "022", "a");
    const two = await assemble(
      ["mariadb-connector-c", "libpq"],
      "docker",
      "Asia/Kathmandu",
      "077",
      "some/other/folder",
    );
    expect(one.tree).toMatch(/^[0-9a-f]{64}$/);
    expect(two).toEqual(one);
    expect(one.said).toBe(one.zip);
  });

  it("has another tree digest where the packages differ", async () => {
    const one = await assemble(["libpq"], "podman", "UTC", "022", "a");
    const two = await assemble(["mariadb-connector-c"], "podman", "UTC", "022", "a");
    expect(two.tree).not.toBe(one.tree);
  });
});
