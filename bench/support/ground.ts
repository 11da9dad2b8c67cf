import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { runProcess } from "../../src/adapters/process/run-process.ts";
import { stopSignal } from "../../src/adapters/process/stop-signal.ts";

/** A command that ended well. */
export interface Finished {
  readonly ms: number;
  readonly stdout: string;
}

/** Where containers are measured: a folder, and a label for containers and images. Nothing of it stays after `remove`. */
export interface Ground {
  readonly folder: string;
  /** For what podman makes. */
  readonly label: string;
  /** @throws if the command fails, or this process has been told to stop */
  run(command: string, ...args: readonly string[]): Promise<Finished>;
  remove(): Promise<void>;
}

/** podman as the lab has set it up. */
const environment = {
  ...process.env,
  CONTAINERS_CONF: process.env.CONTAINERS_CONF ?? resolve(".cache/lab/containers.conf"),
  PATH: `${process.env.PATH}:/usr/sbin:/sbin`,
};

async function finished(command: string, args: readonly string[]): Promise<Finished> {
  const start = performance.now();
  const { exitCode, stdout, stderr } = await runProcess(command, args, { environment });
  const ms = performance.now() - start;
  if (exitCode !== 0)
    throw new Error(`${command} ${args.join(" ")}: exit ${exitCode}\n${stdout.slice(-2000)}${stderr}`);
  return { ms, stdout };
}

/** A ground of one's own. */
export function ground(): Ground {
  const folder = mkdtempSync(join(tmpdir(), "nativedeps-bench-"));
  const label = `nativedeps.bench=${folder}`;
  const signal = stopSignal();
  const removeAll = async (list: readonly string[], remove: readonly string[]): Promise<void> => {
    const { stdout } = await finished("podman", list);
    const ids = [...new Set(stdout.split("\n").filter((id) => id !== ""))];
    if (ids.length > 0) await finished("podman", [...remove, ...ids]);
  };
  return {
    folder,
    label,
    async run(command, ...args) {
      signal.throwIfAborted();
      return finished(command, args);
    },
    async remove() {
      // The second label is the assembler's own, of one that was stopped in its middle.
      for (const left of [label, `nativedeps.out=${outFolder(folder)}`]) {
        await removeAll(
          ["ps", "--all", "--quiet", "--filter", `label=${left}`],
          ["rm", "--force", "--volumes", "--time", "0"],
        );
      }
      await removeAll(["images", "--all", "--quiet", "--filter", `label=${label}`], ["rmi", "--force"]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Where the assembler writes. */
export const outFolder = (folder: string): string => join(folder, "out");
