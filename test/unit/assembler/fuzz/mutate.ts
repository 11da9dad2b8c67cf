import { Buffer } from "node:buffer";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";

/** Files that mutations start from; one that ever broke something belongs there. */
export const corpus = (name: string): readonly Buffer[] => {
  const folder = join(import.meta.dirname, "corpus", name);
  return readdirSync(folder).map((file) => readFileSync(join(folder, file)));
};

type Change = readonly [kind: "set" | "fill" | "insert" | "cut" | "copy", at: number, value: number, length: number];

const change: fc.Arbitrary<Change> = fc.tuple(
  fc.constantFrom("set", "set", "fill", "insert", "cut", "copy"),
  fc.nat({ max: 0xffffffff }),
  fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(0, 0x2f, 0x7f, 0xff)),
  fc.integer({ min: 1, max: 600 }),
);

function apply(bytes: Buffer, [kind, where, value, length]: Change): Buffer {
  const at = bytes.length === 0 ? 0 : where % bytes.length;
  const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)];
  if (kind === "insert") return Buffer.concat([head, Buffer.alloc(length, value), tail]);
  if (kind === "cut") return Buffer.concat([head, tail.subarray(length)]);
  if (kind === "copy") return Buffer.concat([head, tail.subarray(0, length), tail]);
  const changed = Buffer.from(bytes);
  return changed.fill(value, at, Math.min(bytes.length, at + (kind === "set" ? 1 : length % 16)));
}

/** A file of the corpus with up to twelve changes. */
export const mutated = (name: string): fc.Arbitrary<Buffer> =>
  fc
    .tuple(fc.constantFrom(...corpus(name)), fc.array(change, { maxLength: 12 }))
    .map(([seed, changes]) => changes.reduce(apply, seed));
