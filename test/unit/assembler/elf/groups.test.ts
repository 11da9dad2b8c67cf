import { expect, test } from "vitest";
import { splitGroups } from "../../../../src/assembler/elf/groups.ts";
import type { LoadedElf } from "../../../../src/assembler/elf/loader.ts";

const split = (paths: string[], images: string[] = []) =>
  splitGroups(
    paths.map((path) => ({ path }) as LoadedElf),
    (path) => images.includes(path),
  ).map(({ group, paths }) => `${group}: ${paths.length}`);

test.each([
  ["OpenSSL", "libssl.so.3", "libcrypto.so.3"],
  ["OpenSSL", "libssl-snapsafe.so.3", "libcrypto.so.3.0.8"],
  ["Kerberos", "libgssapi_krb5.so.2", "libk5crypto.so.3"],
  ["GLib", "libgio-2.0.so.0", "libglib-2.0.so.0"],
  ["ICU", "libicuuc.so.67", "libicudata.so.67"],
])("%s: %s and %s fit together from one side", (group, one, other) => {
  expect(split([`/opt/lib/${one}`, `/lib64/${other}`])).toEqual([`${group}: 2`]);
  expect(split([`/opt/lib/${one}`, `/var/lang/lib/${other}`])).toEqual([`${group}: 2`]);
  expect(split([`/opt/lib/${one}`, `/opt/lib/${other}`])).toEqual([]);
  // What the runtime and the system mix is not the layer's doing.
  expect(split([`/var/lang/lib/${one}`, `/lib64/${other}`])).toEqual([]);
});

test("the image's own copy in a layer is of the system's side", () => {
  const paths = ["/opt/lib/libgobject-2.0.so.0", "/lib64/libglib-2.0.so.0"];
  expect(split(paths, ["/opt/lib/libgobject-2.0.so.0"])).toEqual([]);
});

test("libraries that are named alike are of no group", () => {
  expect(split(["/opt/lib/libssl3.so", "/lib64/libcrypto.so.3"])).toEqual([]);
  expect(split(["/opt/lib/libglib-2.0-extra.so", "/lib64/libgio-2.0.so.0"])).toEqual([]);
});
