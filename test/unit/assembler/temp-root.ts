import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach } from "vitest";

const made: string[] = [];

afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A link in a {@link tempRoot}. */
export const linkTo = (target: string): { link: string } => ({ link: target });

/** A folder with these files (content or link by path), removed after the test. */
export function tempRoot(files: Readonly<Record<string, string | Buffer | { link: string }>> = {}): string {
  const root = mkdtempSync(join(tmpdir(), "nativedeps-test-"));
  made.push(root);
  for (const [path, content] of Object.entries(files)) {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    if (typeof content === "string" || Buffer.isBuffer(content)) writeFileSync(file, content);
    else symlinkSync(content.link, file);
  }
  return root;
}
