// Runs one function in the Lambda image of its runtime: only that image's libraries, the layers at /opt, no way to
// write but /tmp. Prints one JSON line; what the function prints goes to stderr.
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve as resolvePath } from "node:path";
import { fileURLToPath } from "node:url";
import { environmentOf, languageOf } from "./environment.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const cache = join(here, "../../.cache/lab");
const runs = resolvePath(process.env.LAB_RUN_DIR || join(cache, "run"));
process.env.CONTAINERS_CONF = join(cache, "containers.conf");
let work;
let container;
let runner;

function stop(where, what, todo) {
  throw new Error(`${where}: ${what}: ${todo}`);
}

function unpack(layers, into) {
  mkdirSync(into);
  for (const layer of layers) {
    const result = spawnSync("unzip", ["-o", "-q", layer, "-d", into], { encoding: "utf8" });
    if (result.status !== 0)
      stop(layer, (result.stderr || result.stdout || String(result.error)).trim(), "is it a zip file?");
  }
  // The folder itself, which mkdtemp's parent leaves to the umask; the rest keeps the zip's modes, as on Lambda.
  chmodSync(into, 0o755);
}

function arrange(request) {
  mkdirSync(runs, { recursive: true });
  work = mkdtempSync(join(runs, "function-"));
  chmodSync(work, 0o755);
  unpack(request.layers ?? [], join(work, "opt"));
  mkdirSync(join(work, "lab"));
  writeFileSync(join(work, "lab/event.json"), JSON.stringify(request.event ?? {}));
  writeFileSync(join(work, "lab/result.json"), "");
  chmodSync(join(work, "lab/result.json"), 0o666);
}

function podmanArguments(request, language) {
  const environment = Object.entries(environmentOf(request, language)).flatMap(([name, value]) => [
    "--env",
    `${name}=${value}`,
  ]);
  return [
    ...["run", "--rm", "--name", container, "--pull", "never", "--read-only", "--read-only-tmpfs=false"],
    ...[
      "--tmpfs",
      "/tmp:rw,mode=1777",
      "--user",
      "993:990",
      "--cap-drop",
      "all",
      "--security-opt",
      "no-new-privileges",
    ],
    ...["--volume", `${request.code}:/var/task:ro`, "--volume", `${join(work, "opt")}:/opt:ro`],
    ...["--volume", `${join(here, "bootstraps")}:/var/runtime:ro`, "--volume", `${join(work, "lab")}:/run/lab`],
    ...environment,
    ...["--entrypoint", language.command[0], language.image, ...language.command.slice(1)],
  ];
}

function cleanUp() {
  if (container) spawnSync("podman", ["rm", "--force", "--ignore", "--time", "0", container], { stdio: "ignore" });
  if (work) rmSync(work, { recursive: true, force: true });
  container = work = undefined;
}

function call(request, language) {
  return new Promise((resolve, reject) => {
    let late = false;
    runner = spawn("podman", podmanArguments(request, language), { stdio: ["ignore", 2, 2] });
    const seconds = request.timeoutSeconds ?? 3;
    const timer = setTimeout(() => {
      late = true;
      spawnSync("podman", ["rm", "--force", "--ignore", "--time", "0", container], { stdio: "ignore" });
    }, seconds * 1000);
    runner.on("error", reject);
    runner.on("exit", (status) => {
      clearTimeout(timer);
      if (late)
        return resolve({
          ok: false,
          errorType: "Sandbox.Timedout",
          errorMessage: `Task timed out after ${seconds.toFixed(2)} seconds`,
          stackTrace: [],
        });
      const text = readFileSync(join(work, "lab/result.json"), "utf8");
      if (text) return resolve(JSON.parse(text));
      if (status === 125)
        return reject(
          new Error(
            "lab/runner/run: podman could not start the container: see above; lab/bin/prepare makes the images",
          ),
        );
      resolve({
        ok: false,
        errorType: "Runtime.ExitError",
        errorMessage: `Runtime exited with error: exit status ${status}`,
        stackTrace: [],
      });
    });
  });
}

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) {
  process.on(signal, () => {
    runner?.removeAllListeners("exit");
    cleanUp();
    process.exit(1);
  });
}

try {
  const at = process.argv.indexOf("--request");
  if (at < 0 || !process.argv[at + 1]) stop("lab/runner/run", "no --request FILE", "give the request as a JSON file");
  const request = JSON.parse(readFileSync(process.argv[at + 1], "utf8"));
  if (!existsSync(request.code)) stop(request.code, "there is no such code folder", "give an absolute path");
  const language = languageOf(request);
  container = `lab-function-${process.pid}-${Date.now()}`;
  arrange(request);
  const answer = await call(request, language);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
} finally {
  cleanUp();
}
