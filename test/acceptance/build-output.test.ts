import { readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { must, ROOT, run } from "./support/commands.ts";
import { type Example, rubyExample } from "./support/example.ts";
import { database, freshLab, type LabEnvironment, RUN_DIR, type Server } from "./support/lab.ts";

const KB = 1024;

describe("npm run build", () => {
  it("keeps to the sizes: template 400 KB, macro 100 KB", () => {
    expect(statSync(`${ROOT}/dist/macro-template.yaml`).size).toBeLessThanOrEqual(400 * KB);
    expect(statSync(`${ROOT}/dist/macro/index.js`).size).toBeLessThanOrEqual(100 * KB);
  });

  it("fails when a size does not hold", async () => {
    const shrunk = readFileSync(`${ROOT}/scripts/build.mjs`, "utf8").replace("100 * KB", "1 * KB");
    const copy = `${ROOT}/scripts/build-shrunk.mjs`;
    writeFileSync(copy, shrunk);
    try {
      const { code, output } = await run("node", [copy]);
      expect(code).toBe(1);
      expect(output).toContain("TOO LARGE");
    } finally {
      await must("rm", [copy]);
    }
  });

  it("gives CommonJS functions that export handler", () => {
    for (const name of ["macro", "waiter", "installer"]) {
      const loaded = createRequire(import.meta.url)(`${ROOT}/dist/${name}/index.js`) as { handler?: unknown };
      expect(typeof loaded.handler).toBe("function");
    }
  });

  it("gives a template in which cfn-lint finds nothing", async () => {
    const files = ["dist/macro-template.yaml", "macro-template.yaml"];
    const { code, output } = await run(`${ROOT}/.cache/lab/venv/bin/cfn-lint`, ["--", ...files]);
    expect({ code, output }).toEqual({ code: 0, output: "" });
  });
});

describe("a warm deploy", () => {
  let env: LabEnvironment;
  let db: Server;
  let example: Example;

  beforeAll(async () => {
    env = await freshLab();
    db = await database();
    example = await rubyExample(env, db);
    expect((await example.deploy("app")).code).toBe(0);
  });

  afterAll(async () => {
    await must("rm", ["-f", `${RUN_DIR}/node-options`, `${RUN_DIR}/loaded-clients`]);
    example?.remove();
    await db?.down();
  });

  it("loads exactly one AWS SDK client", async () => {
    const hook = `${ROOT}/test/acceptance/support/record-clients.cjs`;
    writeFileSync(`${RUN_DIR}/node-options`, `--require ${hook}`);
    writeFileSync(`${RUN_DIR}/loaded-clients`, "");
    expect((await example.deploy("app", "--no-fail-on-empty-changeset")).code).toBe(0);
    const loaded = readFileSync(`${RUN_DIR}/loaded-clients`, "utf8").trim().split("\n");
    expect(loaded).toEqual(["@aws-sdk/client-lambda"]);
  });
});
