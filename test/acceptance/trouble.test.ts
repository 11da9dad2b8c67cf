import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { parseSpec } from "../../src/assembler/spec.ts";
import type { BuildResult } from "../../src/packages/build-result.ts";
import { layerKey, type RuntimeLayerSpec } from "../../src/packages/layer-spec.ts";
import {
  type Assembly,
  assemble,
  assemblerArguments,
  isTemporary,
  removeAssemblies,
  temporaryFolder,
  writeSpec,
} from "./support/assembler.ts";
import { must, ROOT, run } from "./support/commands.ts";
import { type LabEnvironment, labUp, type Server, thirdPartyRepositories } from "./support/lab.ts";

/** Takes the install stage some seconds. */
const LARGE = ["git", "graphviz"];

describe("trouble during a build", () => {
  let env: LabEnvironment;
  let third: Server;

  beforeAll(async () => {
    env = await labUp();
    third = await thirdPartyRepositories();
  });

  afterEach(async () => {
    expect(await containers()).toEqual([]);
  });

  afterAll(async () => {
    await third.down();
    removeAssemblies();
  });

  const lines = (text: string): string[] => text.split("\n").filter((line) => line !== "");
  /** Ids of the containers of builds into this file's folders. */
  async function containers(): Promise<readonly string[]> {
    const format = '{{.ID}} {{index .Labels "nativedeps.out"}}';
    const all = lines(await must("podman", ["ps", "--all", "--format", format], { env }));
    return all.map((line) => line.split(" ")).flatMap(([id = "", out = ""]) => (isTemporary(out) ? [id] : []));
  }

  /** Nothing but the reason may be left of a build that failed. */
  function failed({ code, result, left, output }: Assembly): string {
    expect(code).toBe(1);
    expect(left).toEqual(["result.json"]);
    expect(result.status).toBe("failed");
    const { code: problem, where, what, todo } = result.problem ?? {};
    expect(output).toContain(where);
    expect(todo).not.toBe("");
    return `${result.stage}: ${problem} ${where}: ${what}`;
  }

  const repository = (name: string, more: { url?: string; fingerprint?: string } = {}): Partial<RuntimeLayerSpec> => {
    const url = more.url ?? `${third.env.LAB_REPOSITORIES}/${name}`;
    const GpgKey = `${third.env.LAB_REPOSITORIES}/${name}/RPM-GPG-KEY-third-party`;
    const Fingerprint = more.fingerprint ?? third.env.LAB_REPOSITORY_FINGERPRINT ?? "";
    return { repositories: [{ Id: name, BaseUrl: url, GpgKey, Fingerprint }] };
  };

  it("a third party's repository works, so that what follows means something", async () => {
    const { result } = await assemble(env, { packages: ["acme-greeter"], ...repository("third-party") });
    expect(result.problem).toBe(undefined);
    expect(result.packages.map(({ name, repo }) => `${name} ${repo}`)).toEqual([
      expect.stringMatching(/^acme-greeter /),
    ]);
  });

  it.each([
    ["acme-unsigned", /^install: ND\d+ .*acme-unsigned.*sign/],
    ["acme-tampered", /^install: ND\d+ .*acme-tampered/],
    ["acme-stranger", /^install: ND\d+ .*acme-stranger/],
  ])("a bad signature: %s", async (name, expected) => {
    expect(failed(await assemble(env, { packages: [name], ...repository("bad-signature") }))).toMatch(expected);
  });

  it("another key than the one whose fingerprint is named", async () => {
    const wrong = repository("third-party", { fingerprint: "0".repeat(40) });
    const said = failed(await assemble(env, { packages: ["acme-greeter"], ...wrong }));
    expect(said).toMatch(/^install: ND115 .*third-party.* holds the key [0-9A-F]{40}, and not 0{40} alone/);
  });

  it("broken metadata", async () => {
    const said = failed(await assemble(env, { packages: ["acme-lost"], ...repository("broken-metadata") }));
    expect(said).toMatch(/^install: ND\d+ .*broken-metadata/);
  });

  it("a mirror that is away: tried three times, and named", async () => {
    let asked = 0;
    const { port, close } = await server((_, answer) => {
      asked += 1;
      answer.writeHead(503).end();
    });
    const away = repository("third-party", { url: `http://127.0.0.1:${port}/away` });
    const said = failed(await assemble(env, { packages: ["acme-greeter"], ...away }));
    close();
    expect(said).toMatch(/^install: ND\d+ .*third-party/);
    expect(asked).toBeGreaterThanOrEqual(3);
  });

  it("a registry that throttles is asked again, and the build goes on", async () => {
    let asked = 0;
    const { port, close } = await server((request, answer) => {
      if (request.url?.includes("/manifests/")) asked += 1;
      if (request.url === "/v2/") return void answer.writeHead(200).end("{}");
      answer.writeHead(asked < 3 ? 429 : 404, { "content-type": "application/json" });
      const code = asked < 3 ? "TOOMANYREQUESTS" : "MANIFEST_UNKNOWN";
      answer.end(JSON.stringify({ errors: [{ code, message: code === "TOOMANYREQUESTS" ? "Rate exceeded" : "no" }] }));
    });
    // python3.99 is an image that no machine has, of a registry that is here.
    const before = `printf '[[registry]]\\nlocation="127.0.0.1:${port}"\\ninsecure=true\\n' > registries.conf; export CONTAINERS_REGISTRIES_CONF=$PWD/registries.conf`;
    const way = { before, env: { NATIVEDEPS_IMAGE_REGISTRY: `127.0.0.1:${port}/lambda` } };
    const said = failed(await assemble(env, { packages: ["jq"], runtime: "python3.99" }, way));
    close();
    expect(said).toMatch(/^pull: ND103 .*python.*the Lambda image cannot be pulled/);
    expect(asked).toBeGreaterThanOrEqual(3);
  });

  it("a disk that is full", async () => {
    const way = { before: "mkdir out; mount -t tmpfs -o size=2m tmpfs out" };
    const build = await assemble(env, { packages: ["graphviz"] }, way);
    const said = failed(build);
    await must("umount", [`${build.folder}/out`]);
    expect(said).toMatch(/^\w+: ND143 .*disk/);
  });

  it("a container that somebody removes meanwhile", async () => {
    const building = assemble(env, { packages: LARGE });
    await eventually(async () => (await containers()).length > 0);
    for (const id of await containers()) await run("podman", ["rm", "--force", "--time", "0", id], { env });
    expect(failed(await building)).toMatch(/^install: ND102 podman: /);
  });

  /** Starts a build in a process group of its own, as a shell's job is. */
  function start(packages: readonly string[]) {
    const folder = temporaryFolder();
    writeSpec(folder, { packages });
    const child = spawn("node", assemblerArguments(), {
      ...{ cwd: folder, env: { ...process.env, ...env }, stdio: "ignore", detached: true },
    });
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    const result = (): BuildResult => JSON.parse(readFileSync(`${folder}/out/result.json`, "utf8"));
    return { folder, child, ended, result };
  }

  it("SIGTERM: the reason is told and nothing is left", async () => {
    const { folder, child, ended, result } = start(LARGE);
    await eventually(async () => (await containers()).length > 0);
    child.kill("SIGTERM");
    await ended;
    expect(result().problem).toMatchObject({ code: "ND142" });
    expect(readdirSync(`${folder}/out`)).toEqual(["result.json"]);
  });

  it("kill -9 on a laptop: the next run into the folder clears up", async () => {
    const { folder, child, ended, result } = start(LARGE);
    await eventually(async () => (await containers()).length > 0);
    child.kill("SIGKILL");
    await ended;
    expect(result()).toMatchObject({ status: "failed", stage: "install" });
    expect((await containers()).length).toBeGreaterThan(0);
    writeSpec(folder, { packages: ["jq"] });
    await must("node", assemblerArguments(), { cwd: folder, env });
    expect(result().status).toBe("ok");
    expect(readdirSync(`${folder}/out`).sort()).toEqual(
      ["layer.json", "layer.zip", "reasons.json", "result.json", "sbom.cdx.json"].sort(),
    );
  });

  it("kill -9 of the assembler in CodeBuild: the buildspec's trap tells the last stage and clears up", async () => {
    const folder = temporaryFolder();
    writeSpec(folder, { packages: LARGE });
    const key = layerKey(parseSpec(readFileSync(`${folder}/spec.json`, "utf8")));
    const bucket = "nativedeps-trouble";
    await run("aws", ["s3", "mb", `s3://${bucket}`], { env });
    const assembler = createHash("sha256")
      .update(readFileSync(`${ROOT}/dist/assembler.cjs`))
      .digest("hex");
    const put = (from: string, to: string) =>
      must("aws", ["s3", "cp", "--quiet", from, `s3://${bucket}/${to}`], { env });
    await put(`${ROOT}/dist/assembler.cjs`, `assembler/${assembler}.cjs`);
    await put(`${folder}/spec.json`, `specs/${key}.json`);
    const buildspec = readFileSync(`${ROOT}/buildspecs/${readdirSync(`${ROOT}/buildspecs`)[0]}`, "utf8");
    const script = buildspec.slice(buildspec.indexOf("- |\n") + 4).replace(/^ {8}/gm, "");
    const work = `${folder}/build`;
    mkdirSync(work);
    const building = run("bash", ["-c", script], {
      cwd: work,
      env: {
        ...env,
        NATIVEDEPS_BUCKET: bucket,
        NATIVEDEPS_KEY: key,
        NATIVEDEPS_ASSEMBLER: assembler,
        CODEBUILD_BUILD_ID: "nativedeps:trouble",
      },
    });
    await eventually(async () => (await containers()).length > 0);
    await must("pkill", ["-9", "--full", "^node assembler.cjs build"]);
    expect((await building).code).not.toBe(0);
    const text = await must("aws", ["s3", "cp", "--quiet", `s3://${bucket}/work/${key}/trouble/result.json`, "-"], {
      env,
    });
    expect(JSON.parse(text)).toMatchObject({ key, status: "failed", stage: "install" });
    expect(existsSync(`${work}/out/.work`)).toBe(false);
    expect(existsSync(`${work}/out/layer.zip`)).toBe(false);
  });

  it("a hostile package learns nothing, reaches nothing outside its container, and does not stay", async () => {
    const secrets = { AWS_SECRET_ACCESS_KEY: "hush-hush-1", AWS_SESSION_TOKEN: "hush-hush-2" };
    const way = { env: { ...secrets, AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/v2/credentials/hush-hush-3" } };
    const spec = { packages: ["acme-hostile"], ...repository("third-party") };
    const { result, folder } = await assemble(env, spec, way);
    expect(result.problem).toBe(undefined);
    const opt = `${folder}/opt`;
    await must("unzip", ["-q", `${folder}/out/layer.zip`, "-d", opt]);
    const learnt = (name: string) => readFileSync(`${opt}/share/acme-hostile/${name}`, "utf8");
    expect(learnt("environment")).toContain("ACCEPT_EULA");
    expect(learnt("environment") + learnt("environments")).not.toContain("hush-hush");
    expect(learnt("answers")).toBe("");
    expect(learnt("mount-said")).toMatch(/permission denied|not permitted/i);
    for (const place of ["/", "/tmp", folder, ROOT]) expect(existsSync(`${place}/nativedeps-escaped`)).toBe(false);
    expect((await run("pgrep", ["--full", "sleep 8639[12]"])).stdout).toBe("");
  });
});

async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 600; i += 1) {
    if (await isSo()) return;
    await sleep(50);
  }
  throw new Error("it did not come so far");
}

async function server(listener: RequestListener) {
  const http = createServer(listener);
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  return { port: (http.address() as AddressInfo).port, close: () => void http.close() };
}
