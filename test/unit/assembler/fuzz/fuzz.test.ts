import { Buffer } from "node:buffer";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exportedChange } from "../../../../src/assembler/collect/exported.ts";
import { readElf } from "../../../../src/assembler/elf/elf.ts";
import { type ByteSource, bufferSource, DamagedElf } from "../../../../src/assembler/elf/elf-source.ts";
import { readPublicKeys } from "../../../../src/assembler/install/openpgp.ts";
import type { PathNode } from "../../../../src/assembler/relocate/path-index.ts";
import { rewritePaths } from "../../../../src/assembler/relocate/rewrite.ts";
import { ProblemError } from "../../../../src/errors/problem.ts";
import { runs } from "../../runs.ts";
import { engineWith } from "../fake-engine.ts";
import { mutated } from "./mutate.ts";

test("a changed ELF file is read or damaged, within so many reads", () => {
  fc.assert(
    fc.property(mutated("elf"), (bytes) => {
      let reads = 0;
      const within = bufferSource(bytes);
      const source: ByteSource = {
        size: bytes.length,
        read(offset, length) {
          reads += 1;
          return within.read(offset, length);
        },
      };
      try {
        readElf(source);
      } catch (failure) {
        expect(failure).toBeInstanceOf(DamagedElf);
      }
      expect(reads).toBeLessThan(300_000);
    }),
    { numRuns: runs(4000) },
  );
});

describe("a changed archive of a container's files", () => {
  const changes = ["/usr", "/sparse", "/evil"].map((path) => ({ path, kind: "added" as const }));

  test("is read or refused, ends, and leaves nothing outside the folder for files", async () => {
    await fc.assert(
      fc.asyncProperty(mutated("tar"), fc.integer({ min: 1, max: 4096 }), async (bytes, piece) => {
        const root = mkdtempSync(join(tmpdir(), "nativedeps-test-"));
        const folder = mkdtempSync(join(root, "files-"));
        const pieces = Array.from({ length: Math.ceil(bytes.length / piece) }, (_, i) =>
          bytes.subarray(i * piece, (i + 1) * piece),
        );
        const engine = engineWith({
          changes: async () => changes,
          copyOut: () => ({ bytes: Readable.from(pieces), done: async () => {} }),
        });
        const reading = exportedChange(engine, "now", "pristine", folder).then(
          ({ touched }) => touched.map(({ path }) => path),
          (failure) => failure,
        );
        const outcome = await Promise.race([reading, sleep(10_000, "hangs", { ref: false })]);
        expect(outcome).not.toBe("hangs");
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(ProblemError);
        else for (const path of outcome) expect(path.split("/")).not.toContain("..");
        expect(readdirSync(root)).toHaveLength(1);
        for (const name of readdirSync(folder)) expect(name).toMatch(/^\d+$/);
        rmSync(root, { recursive: true });
      }),
      { numRuns: runs(1500) },
    );
    expect(existsSync(join(tmpdir(), "evil"))).toBe(false);
  }, 300_000);
});

describe("changed text and programs", () => {
  const index = (paths: Record<string, string>): PathNode => {
    const root: PathNode = { children: new Map(), target: undefined };
    for (const [path, target] of Object.entries(paths)) {
      let node = root;
      for (const name of path.split("/")) {
        const next = node.children.get(name) ?? { children: new Map(), target: undefined };
        node.children.set(name, next);
        node = next;
      }
      node.target = target;
    }
    return root;
  };
  const paths = index({
    ...{ "usr/share/a": "share/a", "usr/share/a/b": "share/a/b", "usr/lib64/c": "lib/c", "usr/lib64/c/d": "lib/c/d" },
    ...{ "lib64/c": "lib/c", "etc/e": "etc/e", "etc/e/f": "etc/e/f", "usr/sbin/g": "bin/g" },
  });

  test("keep their length, all that is no path, and come out the same the second time", () => {
    fc.assert(
      fc.property(fc.oneof(mutated("text"), mutated("elf")), (bytes) => {
        const content = Buffer.from(bytes);
        const count = rewritePaths(content, paths, () => true);
        expect(content.length).toBe(bytes.length);
        expect(count > 0).toBe(!content.equals(bytes));
        const others = (all: Buffer) => all.toString("latin1").replaceAll(/[\w/.]/g, "");
        expect(others(content)).toBe(others(bytes));
        expect(rewritePaths(content, paths, () => true)).toBe(0);
      }),
      { numRuns: runs(4000) },
    );
  });
});

test("a changed key is read or refused with a reason", () => {
  fc.assert(
    fc.property(mutated("key"), (bytes) => {
      try {
        readPublicKeys(bytes);
      } catch (failure) {
        expect(String(failure)).toMatch(/^Error: it /);
      }
    }),
    { numRuns: runs(1000) },
  );
});
