import { Buffer } from "node:buffer";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** Random access to bytes. Reading outside them throws {@link DamagedElf}. */
export interface ByteSource {
  readonly size: number;
  read(offset: number, length: number): Buffer;
}

/** The bytes contradict the format. */
export class DamagedElf extends Error {}

/** Throws unless the range lies inside `size` bytes. */
function checkRange(offset: number, length: number, size: number): void {
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0) {
    throw new DamagedElf("an offset is no sensible number");
  }
  if (offset + length > size) throw new DamagedElf("it ends too early");
}

export function bufferSource(bytes: Buffer): ByteSource {
  return {
    size: bytes.length,
    read(offset, length) {
      checkRange(offset, length, bytes.length);
      return bytes.subarray(offset, offset + length);
    },
  };
}

/** Opens a file for the time of one call. */
export function withFileSource<T>(path: string, use: (source: ByteSource) => T): T {
  const fd = openSync(path, "r");
  try {
    const size = fstatSync(fd).size;
    return use({
      size,
      read(offset, length) {
        checkRange(offset, length, size);
        const bytes = Buffer.alloc(length);
        if (readSync(fd, bytes, 0, length, offset) !== length) throw new DamagedElf("it ends too early");
        return bytes;
      },
    });
  } finally {
    closeSync(fd);
  }
}
