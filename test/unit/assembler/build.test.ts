import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { buildLayer } from "../../../src/assembler/build.ts";
import { type ContainerEngine, type ContainerRun, PullFailure } from "../../../src/assembler/ports.ts";
import type { BuildResult } from "../../../src/packages/build-result.ts";
import { canonicalJson } from "../../../src/packages/layer-spec.ts";
import { engineWith } from "./fake-engine.ts";
import { tempRoot } from "./temp-root.ts";

type Files = NonNullable<Parameters<typeof tempRoot>[0]>;
const CC = "/usr/bin/cc";

const SPEC = {
  v: 1,
  kind: "runtime",
  runtime: "ruby3.3",
  arch: "x86_64",
  packages: ["jq"],
  repositories: [],
  release: null,
  keep: [],
  drop: [],
  recipe: 1,
};

const REPORT = `@@ manager
dnf
@@ release
2023.9.20251110
@@ before
bash\t5-1.x86_64\tGPL
@@ prepared
bash\t5-1.x86_64\tGPL
@@ output
@@ after
bash\t5-1.x86_64\tGPL
jq\t1.7-1.x86_64\tMIT
@@ provided
jq\tjq
@@ end
0
`;

/** An engine whose containers all end up with these files. */
function fakeEngine(files: Files, over: Partial<ContainerEngine> = {}) {
  const upper = tempRoot(files);
  const containers = new Set<string>();
  const runs: ContainerRun[] = [];
  const engine = engineWith({
    async run(request) {
      containers.add(request.name);
      runs.push(request);
      return { exitCode: 0, stdout: REPORT.replaceAll("@@", request.args[0] as string), stderr: "" };
    },
    fileSystem: async () => ({ upper, lower: [tempRoot({ "etc/os-release": "x" })] }),
    async remove(name) {
      containers.delete(name);
    },
    ...over,
  });
  return { engine, containers, runs };
}

async function build(
  engine: ContainerEngine,
  change: { spec?: object; signal?: AbortSignal; expectedKey?: string } = {},
) {
  const folder = tempRoot({ "spec.json": canonicalJson({ ...SPEC, ...change.spec }) });
  const out = join(folder, "out");
  const lines: string[] = [];
  const problem = await buildLayer({
    spec: join(folder, "spec.json"),
    out,
    engine,
    image: undefined,
    registry: undefined,
    expectedKey: change.expectedKey,
    refresh: "3",
    say: (line) => lines.push(line),
    fetch: async () => Buffer.alloc(0),
    sleep: async () => {},
    signal: change.signal ?? new AbortController().signal,
  });
  const result = JSON.parse(readFileSync(join(out, "result.json"), "utf8")) as BuildResult;
  return { problem, result, out, lines, left: readdirSync(out).sort() };
}

const FILES: Files = {
  "usr/bin/jq": "#!/bin/sh\necho /usr/share/jq/x\n",
  "usr/share/jq/x": "x",
  "usr/share/man/man1/jq.1": "",
};

describe("a build", () => {
  test("writes layer, facts and result, and leaves nothing else", async () => {
    const { engine, containers, runs } = fakeEngine(FILES);
    const { problem, result, out, lines, left } = await build(engine);
    expect(problem).toBeUndefined();
    expect(left).toEqual(["layer.json", "layer.zip", "reasons.json", "result.json", "sbom.cdx.json"]);
    expect(result).toMatchObject({
      v: 1,
      status: "ok",
      stage: "zip",
      files: 2,
      image: { ref: "public.ecr.aws/lambda/ruby:3.3-x86_64", digest: "sha256:2", release: "2023.9.20251110" },
      packages: [{ name: "jq", evra: "1.7-1.x86_64", license: "MIT", requested: true }],
      warnings: [],
    });
    expect(result.stages.map((stage) => stage.name)).toEqual([
      ...["pull", "install", "collect", "relocate", "closure", "prune", "finish", "limits", "sbom", "zip"],
    ]);
    expect(lines).toHaveLength(10);
    const zip = readFileSync(join(out, "layer.zip"));
    expect(createHash("sha256").update(zip).digest("hex")).toBe(result.zipSha256);
    const layer = JSON.parse(readFileSync(join(out, "layer.json"), "utf8"));
    expect(layer.description).toBe(
      `nativedeps/1 key=${result.key} tree=${result.treeDigest} release=2023.9.20251110 env=- refresh=3`,
    );
    expect(layer.name).toBe(`nativedeps-ruby3-3-x86_64-jq-${result.key.slice(0, 16)}`);
    expect(containers.size).toBe(0);
    expect(runs[0]).toMatchObject({
      image: "sha256:1",
      labels: { nativedeps: "1", "nativedeps.key": result.key, "nativedeps.out": out },
    });
    expect(runs[0]?.args.slice(1)).toEqual(["-", "0", "jq"]);
    expect(runs[0]?.script).not.toContain("jq");
  });

  test("that fails late leaves no layer and no container, but a result", async () => {
    const { engine, containers } = fakeEngine({ "usr/bin/a": "1", "usr/sbin/a": "2" });
    const { problem, result, left } = await build(engine);
    expect(problem?.code).toBe("ND113");
    expect(result).toMatchObject({ status: "failed", stage: "relocate", problem: { code: "ND113" } });
    expect(left).toEqual(["result.json"]);
    expect(containers.size).toBe(0);
  });

  test("that fills the disk says so, once there is room for that", async () => {
    const { engine } = fakeEngine(FILES, {
      async run() {
        throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
      },
    });
    const { result, left } = await build(engine);
    expect(result).toMatchObject({ status: "failed", stage: "install", problem: { code: "ND143" } });
    expect(left).toEqual(["result.json"]);
  });

  test("removes what a killed one into the same folder left, and nothing else", async () => {
    const asked: string[][] = [];
    const removed: string[] = [];
    const { engine } = fakeEngine(FILES, {
      async labelled(label, value) {
        asked.push([label, value]);
        return ["old-1", "old-2"];
      },
      remove: async (name) => void removed.push(name),
    });
    const { out } = await build(engine);
    expect(asked).toEqual([["nativedeps.out", out]]);
    expect(removed.slice(0, 2)).toEqual(["old-1", "old-2"]);
  });

  test("says on disk which stage was begun last, should it be killed", async () => {
    let seen: BuildResult | undefined;
    let folder = "";
    const { engine } = fakeEngine(FILES, {
      async run() {
        seen = JSON.parse(readFileSync(join(folder, "result.json"), "utf8"));
        throw new Error("killed");
      },
    });
    folder = join(tempRoot(), "out");
    writeFileSync(`${folder}.json`, canonicalJson(SPEC));
    await buildLayer({
      ...{ spec: `${folder}.json`, out: folder, engine, image: undefined, registry: undefined, refresh: undefined },
      ...{
        expectedKey: undefined,
        say: () => {},
        fetch: async () => Buffer.alloc(0),
        sleep: async () => {},
        signal: new AbortController().signal,
      },
    });
    expect(seen).toMatchObject({ status: "failed", stage: "install", stages: [{ name: "pull" }] });
  });

  test("that is stopped removes its container and says so", async () => {
    const stop = new AbortController();
    const { engine, containers } = fakeEngine(FILES);
    const run = engine.run;
    const stopping: ContainerEngine = {
      ...engine,
      async run(request) {
        const outcome = await run(request);
        stop.abort();
        return outcome;
      },
    };
    const { problem, left } = await build(stopping, { signal: stop.signal });
    expect(problem?.code).toBe("ND142");
    expect(left).toEqual(["result.json"]);
    expect(containers.size).toBe(0);
  });

  test("of a bad spec starts nothing", async () => {
    const { engine, runs } = fakeEngine(FILES);
    const { problem, result } = await build(engine, { spec: { packages: ["-x"] } });
    expect(problem?.code).toBe("ND101");
    expect(result.status).toBe("failed");
    expect(runs).toEqual([]);
  });

  test("of another key than the macro asked for starts nothing", async () => {
    const { engine, runs } = fakeEngine(FILES);
    expect((await build(engine, { expectedKey: "0".repeat(64) })).problem?.what).toContain(
      "which the build was started for",
    );
    expect(runs).toEqual([]);
  });

  test("tries a busy registry again, and a missing image not", async () => {
    let pulled = 0;
    const busy = fakeEngine(FILES, {
      findImage: async () => (pulled >= 3 ? { id: "1", digest: "2" } : undefined),
      async pull() {
        pulled += 1;
        if (pulled < 3) throw new PullFailure("toomanyrequests: Rate exceeded");
      },
    });
    expect((await build(busy.engine)).problem).toBeUndefined();
    expect(pulled).toBe(3);

    let tried = 0;
    const missing = fakeEngine(FILES, {
      findImage: async () => undefined,
      async pull() {
        tried += 1;
        throw new PullFailure("manifest unknown");
      },
    });
    expect((await build(missing.engine)).problem).toMatchObject({ code: "ND103" });
    expect(tried).toBe(1);
  });

  test("tries repositories that do not answer again, in a fresh container each time", async () => {
    const failing = REPORT.replace("@@ output\n", "@@ output\nCurl error (6): Could not resolve host\n").replace(
      "\n0\n",
      "\n1\n",
    );
    const names: string[] = [];
    const down = fakeEngine(FILES, {
      async run(request) {
        names.push(request.name);
        const stdout = names.length < 3 ? failing : REPORT;
        return { exitCode: 0, stdout: stdout.replaceAll("@@", request.args[0] as string), stderr: "" };
      },
    });
    expect((await build(down.engine)).problem).toBeUndefined();
    expect(new Set(names).size).toBe(3);

    names.length = 0;
    const forever = fakeEngine(FILES, {
      async run(request) {
        names.push(request.name);
        return { exitCode: 0, stdout: failing.replaceAll("@@", request.args[0] as string), stderr: "" };
      },
    });
    expect((await build(forever.engine)).problem?.code).toBe("ND105");
    expect(names).toHaveLength(3);
  });

  test("whose container dies says so", async () => {
    const removed: string[] = [];
    const { engine } = fakeEngine(FILES, {
      run: async () => ({ exitCode: 137, stdout: "", stderr: "out of memory" }),
      remove: async (name) => void removed.push(name),
    });
    const { problem } = await build(engine);
    expect(problem?.code).toBe("ND102");
    expect(problem?.what).toContain("exit code 137 before its end (out of memory)");
    expect(removed).toHaveLength(1);
  });

  test("of a dated release on Amazon Linux 2 is refused", async () => {
    const { engine, runs } = fakeEngine(FILES);
    const { problem } = await build(engine, { spec: { runtime: "python3.9", release: "2023.9.20251110" } });
    expect(problem?.code).toBe("ND109");
    expect(runs).toEqual([]);
  });

  test("whose packages hold only pages to read makes no empty layer", async () => {
    const { engine } = fakeEngine({ "usr/share/doc/jq/README": "x" });
    const { problem, out } = await build(engine);
    expect(problem?.code).toBe("ND107");
    expect(existsSync(join(out, "layer.zip"))).toBe(false);
  });

  describe.skipIf(!existsSync(CC))("whose program needs a library", () => {
    const elf = (code: string, flags: string[]): Buffer => {
      const folder = tempRoot({ "a.c": code, "libn.c": "int n(void) { return 1; }" });
      const cc = (...args: string[]) => execFileSync(CC, ["-nostdlib", "-shared", ...args], { cwd: folder });
      cc("-o", "libn.so", "libn.c", `-Wl,-soname,${NEEDED}`);
      cc("-o", "out", "a.c", ...flags);
      return readFileSync(join(folder, "out"));
    };
    const NEEDED = "libnsl.so.1";
    const arch = process.arch === "arm64" ? "arm64" : "x86_64";
    const files = (): Files => ({
      "usr/lib64/libuser.so.1": elf("int n(void); int a(void) { return n(); }", ["-L.", "-ln"]),
      [`usr/lib64/${NEEDED}`]: elf("int n(void) { return 1; }", [`-Wl,-soname,${NEEDED}`]),
    });

    test("ships it, glibc's libnsl too where the image lacks it", async () => {
      const { problem, result } = await build(fakeEngine(files()).engine, { spec: { arch } });
      expect(problem).toBeUndefined();
      expect(result.files).toBe(2);
    });

    test("is told which package has it, if one does", async () => {
      const words: string[][] = [];
      const { engine, containers } = fakeEngine({
        "usr/lib64/libuser.so.1": files()["usr/lib64/libuser.so.1"] as Buffer,
      });
      const provided = `@@ provided\n${NEEDED}()(64bit)\tlibnsl\n`;
      const asked: ContainerEngine = {
        ...engine,
        async run(request) {
          words.push(request.args.slice(3) as string[]);
          const outcome = await engine.run(request);
          if (words.length === 1) return outcome;
          const stdout = REPORT.replace("@@ provided\njq\tjq\n", provided).replaceAll("@@", request.args[0] as string);
          return { ...outcome, stdout };
        },
      };
      const { problem } = await build(asked, { spec: { arch } });
      expect(words).toEqual([["jq"], [`${NEEDED}()(64bit)`]]);
      expect(problem).toMatchObject({ code: "ND120", todo: 'add "libnsl" to Packages.Runtime' });
      expect(containers.size).toBe(0);
    });

    test("fails if pruning takes it out", async () => {
      const { problem, result } = await build(fakeEngine(files()).engine, { spec: { arch, drop: [`lib/${NEEDED}`] } });
      expect(problem?.code).toBe("ND120");
      expect(problem?.what).toContain(`/opt/lib/libuser.so.1 needs ${NEEDED}`);
      expect(problem?.todo).toContain("or see that Drop leaves it in");
      expect(result.stage).toBe("closure");
    });
  });

  test("of the same files gives the same layer, whatever the order they were written in", async () => {
    const one = await build(fakeEngine({ "usr/bin/a": "a", "usr/bin/b": "b" }).engine);
    const two = await build(fakeEngine({ "usr/bin/b": "b", "usr/bin/a": "a" }).engine);
    expect(two.result.treeDigest).toBe(one.result.treeDigest);
    expect(two.result.zipSha256).toBe(one.result.zipSha256);
  });
});
