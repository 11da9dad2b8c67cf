import { setTimeout as sleep } from "node:timers/promises";
import { awsCommand } from "../adapters/process/aws-command.ts";
import { containerEngine } from "../adapters/process/container-engine.ts";
import { firstOnPath } from "../adapters/process/find-command.ts";
import { stopSignal } from "../adapters/process/stop-signal.ts";
import { buildLayer } from "../assembler/build.ts";
import { type Command, parseCommand, USAGE } from "../assembler/command-line.ts";
import { fetchKey } from "../assembler/install/fetch-key.ts";
import { publishLayer } from "../assembler/publish-layer.ts";
import { publishOnce } from "../engine/publish.ts";
import { formatProblem, type Problem } from "../errors/problem.ts";

const { env } = process;
const say = (line: string): void => console.log(line);

function run(command: Command): Promise<Problem | undefined> {
  if (command.verb === "publish") {
    const { publisher, keepRecord } = awsCommand(env, command.dir);
    const publish: Parameters<typeof publishLayer>[0]["publish"] = (layer, key) =>
      publishOnce(publisher(key), layer, key);
    return publishLayer({ ...command, expectedName: env.NATIVEDEPS_LAYER_NAME ?? "", publish, keepRecord, say });
  }
  const signal = stopSignal();
  const name = command.engine ?? firstOnPath<"docker" | "podman">(["docker", "podman"], env.PATH ?? "");
  const engine = containerEngine(name, signal);
  const { NATIVEDEPS_IMAGE_REGISTRY: registry, NATIVEDEPS_KEY: expectedKey, NATIVEDEPS_REFRESH: refresh } = env;
  const pause = (ms: number): Promise<void> => sleep(ms, undefined, { signal });
  return buildLayer({ ...command, engine, registry, expectedKey, refresh, say, fetch: fetchKey, sleep: pause, signal });
}

const command = parseCommand(process.argv.slice(2));
if (command === undefined) {
  console.error(USAGE);
  process.exitCode = 64;
} else {
  run(command).then((problem) => {
    if (problem !== undefined) console.error(formatProblem(problem));
    process.exitCode = problem === undefined ? 0 : 1;
  });
}
