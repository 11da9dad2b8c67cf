import { Buffer } from "node:buffer";
import { type ByteSource, DamagedElf, withFileSource } from "./elf-source.ts";
import { readVersionNeeds, readVersionsDefined, type VersionNeed } from "./elf-versions.ts";

/** What the loader reads of an ELF file before it runs it. */
export interface ElfFile {
  readonly machine: "x86_64" | "arm64" | "other";
  readonly needed: readonly string[];
  readonly soname?: string;
  /** DT_RPATH and DT_RUNPATH, split at colons, $ORIGIN not replaced; one empty folder if they are there and empty. */
  readonly rpath: readonly string[];
  readonly runpath: readonly string[];
  readonly versionNeeds: readonly VersionNeed[];
  /** Versions that its symbols carry, its own name included. */
  readonly versionsDefined: readonly string[];
}

const EHDR = 64;
const PHDR = 56;
const MAX_DYNAMIC = 65536;
const [ET_EXEC, ET_DYN] = [2, 3];
const [PT_LOAD, PT_DYNAMIC] = [1, 2];
const DT = {
  needed: 1,
  strtab: 5,
  strsz: 10,
  soname: 14,
  rpath: 15,
  runpath: 29,
  verdef: 0x6ffffffc,
  verdefnum: 0x6ffffffd,
  verneed: 0x6ffffffe,
  verneednum: 0x6fffffff,
};

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/**
 * Reads a 64-bit little-endian program or shared object; undefined for every other kind of file. Never loops on
 * hostile input and never reads outside it.
 *
 * @throws DamagedElf if the file contradicts itself
 */
export function readElf(source: ByteSource): ElfFile | undefined {
  if (source.size < EHDR) return undefined;
  const header = source.read(0, EHDR);
  if (!isElf(header) || header[4] !== 2 || header[5] !== 1) return undefined;
  const type = header.readUInt16LE(16);
  if (type !== ET_EXEC && type !== ET_DYN) return undefined;

  const machine = machineOf(header.readUInt16LE(18));
  const segments = readSegments(source, numberAt(header, 32), header.readUInt16LE(56), header.readUInt16LE(54));
  const dynamic = segments.find((segment) => segment.type === PT_DYNAMIC);
  if (dynamic === undefined) {
    return { machine, needed: [], rpath: [], runpath: [], versionNeeds: [], versionsDefined: [] };
  }
  return { machine, ...readDynamic(source, segments, dynamic) };
}

const MAGIC = Buffer.from("\u007fELF", "latin1");

/** True if a file that begins so is an ELF file, of whatever kind. */
export const isElf = (head: Buffer): boolean => head.subarray(0, MAGIC.length).equals(MAGIC);

/** True for an ELF file of 32 bits. */
export const is32Bit = (source: ByteSource): boolean => {
  const header = source.size < EHDR ? undefined : source.read(0, EHDR);
  return header !== undefined && isElf(header) && header[4] === 1;
};

/** The same of a file on this machine; undefined for a damaged one, too. */
export function readableElf(file: string): ElfFile | undefined {
  try {
    return withFileSource(file, readElf);
  } catch (failure) {
    if (failure instanceof DamagedElf) return undefined;
    throw failure;
  }
}

function readDynamic(source: ByteSource, segments: readonly Segment[], dynamic: Segment): Omit<ElfFile, "machine"> {
  const tags = dynamicTags(source, dynamic);
  const first = (tag: number): number | undefined => tags.find(([t]) => t === tag)?.[1];
  const offsetOf = (address: number): number => fileOffset(segments, address);

  const table = first(DT.strtab);
  const strings = table === undefined ? Buffer.alloc(0) : source.read(offsetOf(table), first(DT.strsz) ?? 0);
  const string = (at: number): string => stringAt(strings, at);
  const named = (tag: number): string[] => tags.filter(([t]) => t === tag).map(([, value]) => string(value));
  const folders = (tag: number): string[] => named(tag).flatMap((list) => list.split(":"));

  const needs = first(DT.verneed);
  const defines = first(DT.verdef);
  const soname = first(DT.soname);
  return {
    needed: named(DT.needed),
    ...(soname === undefined ? {} : { soname: string(soname) }),
    rpath: folders(DT.rpath),
    runpath: folders(DT.runpath),
    versionNeeds:
      needs === undefined ? [] : readVersionNeeds(source, offsetOf(needs), first(DT.verneednum) ?? 0, string),
    versionsDefined:
      defines === undefined ? [] : readVersionsDefined(source, offsetOf(defines), first(DT.verdefnum) ?? 0, string),
  };
}

function readSegments(source: ByteSource, offset: number, count: number, size: number): Segment[] {
  if (count === 0) return [];
  if (size !== PHDR) throw new DamagedElf("its program headers have an unknown form");
  const table = source.read(offset, count * PHDR);
  return Array.from({ length: count }, (_, i) => {
    const at = i * PHDR;
    return {
      type: table.readUInt32LE(at),
      offset: numberAt(table, at + 8),
      address: numberAt(table, at + 16),
      size: numberAt(table, at + 32),
    };
  });
}

function dynamicTags(source: ByteSource, dynamic: Segment): [tag: number, value: number][] {
  const count = Math.floor(dynamic.size / 16);
  if (count > MAX_DYNAMIC) throw new DamagedElf("its dynamic section is too long");
  const table = source.read(dynamic.offset, count * 16);
  const tags: [number, number][] = [];
  for (let at = 0; at < table.length; at += 16) {
    const tag = Number(table.readBigUInt64LE(at));
    if (tag === 0) break;
    tags.push([tag, Number(table.readBigUInt64LE(at + 8))]);
  }
  return tags;
}

function fileOffset(segments: readonly Segment[], address: number): number {
  const home = segments.find((s) => s.type === PT_LOAD && address >= s.address && address < s.address + s.size);
  if (home === undefined) throw new DamagedElf("an address lies in none of its segments");
  return home.offset + (address - home.address);
}

function stringAt(strings: Buffer, at: number): string {
  const end = at < strings.length ? strings.indexOf(0, at) : -1;
  if (end < 0) throw new DamagedElf("a name lies outside its string table");
  if (end - at > 4096) throw new DamagedElf("a name is longer than any path");
  return strings.toString("utf8", at, end);
}

function numberAt(bytes: Buffer, at: number): number {
  const value = Number(bytes.readBigUInt64LE(at));
  if (!Number.isSafeInteger(value)) throw new DamagedElf("an offset is no sensible number");
  return value;
}

const machineOf = (code: number): ElfFile["machine"] => (code === 62 ? "x86_64" : code === 183 ? "arm64" : "other");
