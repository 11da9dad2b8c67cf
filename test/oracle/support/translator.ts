import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { JsonObject } from "../../../src/template/json.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const PYTHON = `${ROOT}.cache/lab/venv/bin/python`;

export interface TranslationJob {
  readonly template: unknown;
  readonly parameters: JsonObject;
}

/** What AWS's own transforms make of a template, or why they refuse it. */
export type Translation =
  | { readonly expanded: JsonObject; readonly template: JsonObject; readonly ms: number }
  | { readonly error: string };

/** Runs a command to its end with text on its standard input, and gives what it printed. */
export function pipe(command: string, args: readonly string[], input: string, mayFail = false): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { cwd: ROOT, maxBuffer: 256 * 1024 * 1024 };
    const child = execFile(command, [...args], options, (error, stdout, stderr) => {
      if (error === null || (mayFail && typeof error.code === "number")) resolve(stdout);
      else reject(new Error(`${command} ${args.join(" ")}: ${error.message}\n${stderr}`));
    });
    child.stdin?.end(input);
  });
}

/** Translates templates in one process: to start one takes longer than a hundred translations. */
export async function translateAll(jobs: readonly TranslationJob[]): Promise<readonly Translation[]> {
  return JSON.parse(await pipe(PYTHON, ["lab/oracle/translate.py"], JSON.stringify(jobs))) as Translation[];
}

/** Runs a program of the lab's Python environment; some of them tell by their exit code what they found. */
export const labTool = (name: string, args: readonly string[]): Promise<string> =>
  pipe(`${ROOT}.cache/lab/venv/bin/${name}`, args, "", true);
