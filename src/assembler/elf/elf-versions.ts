import { type ByteSource, DamagedElf } from "./elf-source.ts";

/** Symbol versions that an object wants from one of the libraries it needs. */
export interface VersionNeed {
  /** The library, as in its NEEDED entry. */
  readonly library: string;
  /** The loader does without weak ones, so they are not listed. */
  readonly versions: readonly string[];
}

const WEAK = 0x2;
const ENTRY = 16;
const DEFINITION = 20;
const NAME = 8;
/** Real libraries have some hundreds. */
const MAX_RECORDS = 100_000;

type StringAt = (offset: number) => string;

/** DT_VERNEED: a chain of libraries, each with a chain of versions. */
export function readVersionNeeds(source: ByteSource, start: number, count: number, string: StringAt): VersionNeed[] {
  const step = counter();
  const needs: VersionNeed[] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    step();
    const need = source.read(at, ENTRY);
    const versions: string[] = [];
    let aux = at + need.readUInt32LE(8);
    for (let j = 0; j < need.readUInt16LE(2); j++) {
      step();
      const version = source.read(aux, ENTRY);
      if ((version.readUInt16LE(4) & WEAK) === 0) versions.push(string(version.readUInt32LE(8)));
      const next = version.readUInt32LE(12);
      if (next === 0) break;
      aux += next;
    }
    needs.push({ library: string(need.readUInt32LE(4)), versions });
    const next = need.readUInt32LE(12);
    if (next === 0) break;
    at += next;
  }
  return needs;
}

/** DT_VERDEF: a chain of versions; the first name of each is its own, the others are its ancestors'. */
export function readVersionsDefined(source: ByteSource, start: number, count: number, string: StringAt): string[] {
  const step = counter();
  const versions: string[] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    step();
    const definition = source.read(at, DEFINITION);
    const name = source.read(at + definition.readUInt32LE(12), NAME);
    versions.push(string(name.readUInt32LE(0)));
    const next = definition.readUInt32LE(16);
    if (next === 0) break;
    at += next;
  }
  return versions;
}

function counter(): () => void {
  let records = 0;
  return () => {
    records += 1;
    if (records > MAX_RECORDS) throw new DamagedElf("it lists more versions than any library has");
  };
}
