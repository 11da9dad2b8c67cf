import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach } from "vitest";

const path = process.env.PATH;
const made: string[] = [];

afterEach(() => {
  process.env.PATH = path;
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/**
 * Puts a command of that name first on PATH until the test ends.
 *
 * @returns the folder, and the calls it got: one list of arguments each
 */
export function fakeCommand(name: string, script: string): { folder: string; calls: () => string[][] } {
  const folder = mkdtempSync(join(tmpdir(), "nativedeps-test-"));
  made.push(folder);
  const log = join(folder, "calls");
  writeFileSync(log, "");
  const record = `for a in "$@"; do printf '%s\\036' "$a" >>'${log}'; done; printf '\\035' >>'${log}'`;
  writeFileSync(join(folder, name), `#!/bin/sh\n${record}\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
  process.env.PATH = `${folder}${delimiter}${path}`;
  const split = (text: string, mark: string) => text.split(mark).slice(0, -1);
  return { folder, calls: () => split(readFileSync(log, "utf8"), "\x1d").map((call) => split(call, "\x1e")) };
}
