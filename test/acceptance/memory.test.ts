import { randomBytes } from "node:crypto";
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { build } from "esbuild";
import { afterAll, describe, expect, it } from "vitest";
import { removeAssemblies, temporaryFolder } from "./support/assembler.ts";
import { must, ROOT } from "./support/commands.ts";

const MB = 1024 * 1024;
/** Lambda's limit, to the byte. */
const LAYER = 250 * MB;
const LARGE = 100 * MB;
const [SMALL, SMALL_FILES] = [20 * 1024, 5000];
const TEXT_FILES = 50;
const TEXT = (LAYER - LARGE - SMALL * SMALL_FILES) / TEXT_FILES;
const PATH = "\n/usr/share/app/large\n";

/** What nothing can be made smaller of, a megabyte at a time; text has a path in each. */
function write(file: string, size: number, isText: boolean): void {
  const fd = openSync(file, "w");
  for (let left = size; left > 0; left -= MB) {
    const bytes = randomBytes(Math.min(left, MB));
    if (isText) {
      for (const [i, byte] of bytes.entries()) bytes[i] = 32 + (byte % 95);
      bytes.write(PATH, 0);
    }
    writeSync(fd, bytes);
  }
  closeSync(fd);
}

describe("a layer of 250 MB", () => {
  afterAll(removeAssemblies);

  it("is made with less than 256 MB of memory", async () => {
    const [root, out] = [temporaryFolder(), temporaryFolder()];
    const app = `${root}/usr/share/app`;
    mkdirSync(app, { recursive: true });
    write(`${app}/large`, LARGE, false);
    for (let i = 0; i < SMALL_FILES; i++) write(`${app}/small-${i}`, SMALL, false);
    for (let i = 0; i < TEXT_FILES; i++) write(`${app}/text-${i}`, TEXT, true);

    // Bundled as the assembler is, so that nothing of the tests' own tools is in its memory.
    const stages = `${out}/stages.mjs`;
    const entryPoints = [`${ROOT}/test/acceptance/support/stages.ts`];
    const js = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
    await build({ entryPoints, outfile: stages, bundle: true, platform: "node", format: "esm", banner: { js } });
    const told = JSON.parse(await must("node", [stages, root, out])) as { peak: number };

    expect(told).toMatchObject({ files: 1 + SMALL_FILES + TEXT_FILES, changed: TEXT_FILES });
    expect(told.peak).toBeLessThan(256 * MB);
    await must("unzip", ["-tqq", `${out}/layer.zip`]);
    expect(await must("zipinfo", ["-t", `${out}/layer.zip`])).toContain(` ${LAYER} bytes uncompressed`);
    expect(await must("unzip", ["-p", `${out}/layer.zip`, "share/app/text-7"])).toContain("\n/opt/share/app/large\n");
  });
});
