import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The checkout that is tested. */
export const ROOT = fileURLToPath(new URL("../../../", import.meta.url)).replace(/\/$/, "");

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, as a person would see them. */
  readonly output: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Runs a command to its end, whatever its exit code. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const env = { ...process.env, ...options.env };
  return new Promise((resolve) => {
    execFile(
      command,
      [...args],
      { cwd: options.cwd ?? ROOT, env, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
        resolve({ code, stdout, stderr, output: stdout + stderr });
      },
    );
  });
}

/** Runs a command that must succeed, and gives what it printed on stdout. */
export async function must(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const finished = await run(command, args, options);
  if (finished.code !== 0) throw new Error(`${command} ${args.join(" ")}: exit ${finished.code}\n${finished.output}`);
  return finished.stdout;
}
