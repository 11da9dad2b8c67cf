import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ElfFile, is32Bit, readableElf, readElf } from "../../../../src/assembler/elf/elf.ts";
import { type ByteSource, bufferSource, DamagedElf } from "../../../../src/assembler/elf/elf-source.ts";
import { readVersionNeeds } from "../../../../src/assembler/elf/elf-versions.ts";
import { tempRoot } from "../temp-root.ts";
import { byReadelf, byUs, isElf, READELF } from "./readelf.ts";

/** Shared objects and programs of this machine, a sample. */
function someElfFiles(): string[] {
  const folders = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/bin"];
  const files = folders.filter(existsSync).flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /\.so(\.|$)/.test(name) || folder === "/usr/bin")
      .map((name) => join(folder, name))
      .filter((file) => existsSync(file))
      .map((file) => realpathSync(file))
      .filter((file) => statSync(file).isFile()),
  );
  const elf = [...new Set(files)].filter(isElf);
  return elf.filter((_, i) => i % Math.ceil(elf.length / 60) === 0);
}

describe.skipIf(!existsSync(READELF))("ELF files of this machine", () => {
  const files = existsSync(READELF) ? someElfFiles() : [];
  test.each(files)("%s: readelf says the same", (file) => {
    expect(byUs(file)).toEqual(byReadelf(file));
    expect(["x86_64", "arm64"]).toContain(byUs(file)?.machine);
  });

  test("there are some", () => expect(files.length).toBeGreaterThan(20));
});

describe("hostile ELF files", () => {
  // Small, and with all the tables.
  const sample = someElfFiles()
    .map((file) => readFileSync(file))
    .find((bytes) => bytes.length < 300_000 && byteElf(bytes)?.versionsDefined.length) as Buffer;

  function byteElf(bytes: Buffer): ElfFile | undefined {
    return readElf(bufferSource(bytes));
  }

  /** Reads it, within so many reads; being damaged is the only other answer. */
  function survives(bytes: Buffer): void {
    const all = bufferSource(bytes);
    let reads = 0;
    const read = (offset: number, length: number) => {
      reads += 1;
      return all.read(offset, length);
    };
    try {
      readElf({ size: bytes.length, read });
    } catch (failure) {
      if (!(failure instanceof DamagedElf)) throw failure;
    }
    expect(reads).toBeLessThan(300_000);
  }

  test("cut off anywhere", () => {
    fc.assert(fc.property(fc.nat({ max: sample.length }), (length) => survives(sample.subarray(0, length))));
  });

  test("with bytes changed where the tables are", () => {
    const change = fc.tuple(fc.nat({ max: 16_384 }), fc.nat({ max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 20 }), (changes) => {
        const bytes = Buffer.from(sample);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        survives(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  test("with words of all ones and zeros", () => {
    fc.assert(
      fc.property(fc.nat({ max: 16_384 }), fc.boolean(), (at, ones) => {
        const bytes = Buffer.from(sample);
        bytes.fill(ones ? 0xff : 0, at, at + 8);
        survives(bytes);
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ["nothing", Buffer.alloc(0)],
    ["zeros", Buffer.alloc(100)],
    ["text", Buffer.from("#!/bin/sh\n".repeat(20))],
  ])("%s is none", (_name, bytes) => expect(byteElf(bytes)).toBeUndefined());

  test("endless chains of versions end", () => {
    const record = Buffer.alloc(16, 0);
    record.writeUInt16LE(0xffff, 2);
    record.writeUInt32LE(1, 8);
    record.writeUInt32LE(1, 12);
    const endless: ByteSource = { size: Number.MAX_SAFE_INTEGER, read: () => record };
    expect(() => readVersionNeeds(endless, 0, Number.MAX_SAFE_INTEGER, () => "v")).toThrow(DamagedElf);
  });

  test("a 32-bit file is none, and known as such", () => {
    const bytes = Buffer.from(sample);
    bytes[4] = 1;
    expect(byteElf(bytes)).toBeUndefined();
    expect(is32Bit(bufferSource(bytes))).toBe(true);
    const others = [sample, Buffer.alloc(64), bytes.subarray(0, 63)];
    expect(others.map((other) => is32Bit(bufferSource(other)))).toEqual([false, false, false]);
  });

  test("a damaged file is no readable one; one that is not there is a failure", () => {
    const root = tempRoot({ damaged: sample.subarray(0, 70), whole: sample });
    expect(readableElf(join(root, "damaged"))).toBeUndefined();
    expect(readableElf(join(root, "whole"))).toEqual(byteElf(sample));
    expect(() => readableElf(join(root, "gone"))).toThrow("ENOENT");
  });

  test("a name outside the string table is damage, not a crash", () => {
    expect(() => byteElf(sample.subarray(0, 70))).toThrow(DamagedElf);
  });
});
