import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";

/** Packet tags. Source: RFC 9580, section 5. */
const PUBLIC_KEY = 6;

/** A file of OpenPGP keys. */
export interface PublicKeys {
  /** Of its primary keys, as upper-case hexadecimal digits. */
  readonly fingerprints: readonly string[];
  /** What was read, and nothing else of the file, as rpm takes it. */
  readonly armored: string;
}

/**
 * Reads a file of OpenPGP keys, armored or not.
 *
 * @throws Error if it is no such file
 */
export function readPublicKeys(file: Buffer): PublicKeys {
  const bytes = dearmored(file);
  const keys = [...packets(bytes)].filter(({ tag }) => tag === PUBLIC_KEY);
  return { fingerprints: keys.map(({ body }) => fingerprint(body)), armored: armored(bytes) };
}

const BEGIN = "-----BEGIN PGP PUBLIC KEY BLOCK-----";
const END = "-----END PGP PUBLIC KEY BLOCK-----";

function armored(bytes: Buffer): string {
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return [BEGIN, "", ...lines, `=${checksum(bytes).toString("base64")}`, END, ""].join("\n");
}

/** CRC-24 of RFC 9580, section 6.1.1, which older versions of rpm insist on. */
function checksum(bytes: Buffer): Buffer {
  let crc = 0xb704ce;
  for (const byte of bytes) {
    crc ^= byte << 16;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc << 1) ^ ((crc & 0x800000) === 0 ? 0 : 0x1864cfb);
  }
  const sum = Buffer.alloc(3);
  sum.writeUIntBE(crc & 0xffffff, 0, 3);
  return sum;
}

/** RFC 9580, section 5.5.4: over a byte that tells the version, the length, and the packet. */
function fingerprint(body: Buffer): string {
  const [version] = body;
  const length = Buffer.alloc(version === 4 ? 2 : 4);
  length.writeUIntBE(body.length, 0, length.length);
  const [mark, algorithm] = version === 4 ? [0x99, "sha1"] : version === 6 ? [0x9b, "sha256"] : [0, ""];
  if (algorithm === "") throw new Error(`it holds a key of version ${version}`);
  return createHash(algorithm)
    .update(Buffer.from([mark as number]))
    .update(length)
    .update(body)
    .digest("hex")
    .toUpperCase();
}

const ARMOR = new RegExp(`${BEGIN}\\r?\\n([\\s\\S]*?)${END}`, "g");

/** The bytes in all armored blocks of the file; the file itself if there are none. */
function dearmored(file: Buffer): Buffer {
  const blocks = [...file.toString("latin1").matchAll(ARMOR)].map(([, block = ""]) => {
    const lines = block.split(/\r?\n/);
    // Headers end at an empty line; a checksum begins with "=".
    const start = lines.findIndex((line) => line.trim() === "");
    return Buffer.from(
      lines
        .slice(start + 1)
        .filter((line) => !line.startsWith("="))
        .join(""),
      "base64",
    );
  });
  return blocks.length > 0 ? Buffer.concat(blocks) : file;
}

/** RFC 9580, section 4.2. */
function* packets(bytes: Buffer): Generator<{ readonly tag: number; readonly body: Buffer }> {
  let at = 0;
  const next = (length: number): Buffer => {
    if (length < 0 || at + length > bytes.length) throw new Error("it is cut off, or no key at all");
    const part = bytes.subarray(at, at + length);
    at += length;
    return part;
  };
  const number = (length: number): number => next(length).readUIntBE(0, length);
  while (at < bytes.length) {
    const head = number(1);
    if ((head & 0x80) === 0) throw new Error("it is no OpenPGP key");
    const isNew = (head & 0x40) !== 0;
    const tag = isNew ? head & 0x3f : (head & 0x3c) >> 2;
    yield { tag, body: next(isNew ? newLength(number) : oldLength(head & 3, number)) };
  }
}

function newLength(number: (bytes: number) => number): number {
  const first = number(1);
  if (first < 192) return first;
  if (first < 224) return ((first - 192) << 8) + number(1) + 192;
  if (first === 255) return number(4);
  throw new Error("it comes in parts of unknown length");
}

function oldLength(type: number, number: (bytes: number) => number): number {
  if (type === 3) throw new Error("it comes in parts of unknown length");
  return number([1, 2, 4][type] as number);
}
