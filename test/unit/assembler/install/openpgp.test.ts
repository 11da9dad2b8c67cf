import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readPublicKeys } from "../../../../src/assembler/install/openpgp.ts";

const read = (name: string): Buffer => readFileSync(join(import.meta.dirname, "keys", `${name}.asc`));

const ONE = "DD15D2B67CD3C7471B13C9EB6C6093E4D903729F";
const TWO = "EC256760C7D53CE011CD5216F5BC0EE7FE6A8E57";
/** Source: RFC 9580, appendix A.3. */
const VERSION6 = "CB186C4F0609A697E4D52DFA6C722B0C1F1E27C18A56708F6525EC27BAD9ACC9";

/** The bytes in the armor, by another way. */
const binary = (armored: string): Buffer =>
  Buffer.from(
    armored
      .split("\n\n")[1]
      ?.split(/\n[=-]/)[0]
      ?.replace(/\n/g, "") ?? "",
    "base64",
  );

describe("a file of OpenPGP keys", () => {
  test.each([
    ["of version 4", read("one"), [ONE]],
    ["of version 6, with a subkey, which is no key of its own", read("version6"), [VERSION6]],
    ["that holds two", Buffer.concat([read("one"), read("two")]), [ONE, TWO]],
    ["that is not armored", binary(read("one").toString()), [ONE]],
    [
      "with text around it and Windows's line ends",
      Buffer.from(`Hello\r\n${read("two").toString().replace(/\n/g, "\r\n")}bye`),
      [TWO],
    ],
  ])("%s tells its fingerprints", (_name, file, fingerprints) => {
    expect(readPublicKeys(file).fingerprints).toEqual(fingerprints);
  });

  test("is written anew, with nothing but what was read, to the last byte", () => {
    const text = read("one").toString();
    expect(readPublicKeys(Buffer.from(`# evil\n${text}# evil`)).armored).toBe(text);
    expect(readPublicKeys(binary(text)).armored).toBe(text);
  });

  test.each([
    ["a page of HTML", Buffer.from("<html>")],
    ["one that is cut off", binary(read("one").toString()).subarray(0, 40)],
    ["a key of an old version", Buffer.from([0x98, 2, 3, 1])],
    ["parts of unknown length", Buffer.from([0x9b, 1, 2])],
    ["parts of unknown length, the new way", Buffer.from([0xc6, 230, 2])],
  ])("%s is refused", (_name, file) => {
    expect(() => readPublicKeys(file)).toThrow(/^it /);
  });

  test("lengths of each form are understood", () => {
    const body = (length: number) => Buffer.alloc(length, 4);
    const of = (head: number[], length: number) =>
      readPublicKeys(Buffer.concat([Buffer.from(head), body(length)])).fingerprints.length;
    expect(of([0x99, 1, 44], 300)).toBe(1);
    expect(of([0x9a, 0, 0, 1, 44], 300)).toBe(1);
    expect(of([0xc6, 192 + 0, 108], 300)).toBe(1);
    expect(of([0xc6, 255, 0, 0, 1, 44], 300)).toBe(1);
  });
});
