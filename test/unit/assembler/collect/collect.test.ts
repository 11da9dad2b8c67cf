import { execFileSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { collect } from "../../../../src/assembler/collect/collect.ts";
import { overlayChange } from "../../../../src/assembler/collect/overlay.ts";
import { linkTo, tempRoot } from "../temp-root.ts";

const collected = (upper: string, lower = tempRoot()) => collect(overlayChange({ upper, lower: [lower] }));

describe("collecting a container's change", () => {
  test("finds what is new or other, by content", () => {
    const image = tempRoot({
      "usr/same": "1234",
      "usr/other": "1234",
      "usr/longer": "1",
      l: linkTo("a"),
      m: linkTo("a"),
    });
    const upper = tempRoot({
      "usr/same": "1234",
      "usr/other": "1235",
      "usr/longer": "12",
      "usr/new": "",
      l: linkTo("a"),
      m: linkTo("b"),
    });
    expect(collected(upper, image).map((entry) => entry.path)).toEqual(["m", "usr/longer", "usr/new", "usr/other"]);
  });

  test("leaves out state of package managers and engines", () => {
    const upper = tempRoot({
      "var/lib/rpm/rpmdb.sqlite": "x",
      "var/cache/dnf/y": "x",
      "var/log/dnf.log": "x",
      "run/.containerenv": "x",
      "tmp/x": "x",
      "etc/ld.so.cache": "x",
      "etc/resolv.conf": "x",
      "etc/resolv.conf.d": "kept",
    });
    expect(collected(upper).map((entry) => entry.path)).toEqual(["etc/resolv.conf.d"]);
  });

  test("leaves out glibc's own libraries and nothing that is named alike", () => {
    const glibc = [
      ...["usr/lib64/libc.so.6", "usr/lib64/ld-linux-x86-64.so.2", "usr/lib/ld-linux-aarch64.so.1", "lib64/libm.so.6"],
      ...["usr/lib64/ld-2.26.so", "usr/lib64/libpthread-2.26.so", "usr/lib64/libBrokenLocale.so.1"],
      ...["files", "dns", "compat", "db", "hesiod"].map((name) => `usr/lib64/libnss_${name}.so.2`),
    ];
    const others = [
      ...["libcrypt.so.2", "libcurl.so.4", "libmariadb.so.3", "libnss_myhostname.so.2", "libnss_sss.so.2"],
      "sub/libc.so.6",
    ].map((name) => `usr/lib64/${name}`);
    const upper = tempRoot(Object.fromEntries([...glibc, ...others].map((path) => [path, "x"])));
    expect(collected(upper).map((entry) => entry.path)).toEqual(others);
  });

  test("takes what was split off from glibc where the image lacks it, and only there", () => {
    const [old, young] = [{ "usr/lib64/libnsl.so.1": "1" }, { "usr/lib64/libnsl.so.1": "2" }];
    expect(collected(tempRoot(young)).map((entry) => entry.path)).toEqual(["usr/lib64/libnsl.so.1"]);
    expect(collected(tempRoot(young), tempRoot(old))).toEqual([]);
  });

  test("makes every mode 0644 or 0755, without setuid", () => {
    const upper = tempRoot({ a: "", b: "", c: "", d: "" });
    chmodSync(join(upper, "a"), 0o600);
    chmodSync(join(upper, "b"), 0o4711);
    chmodSync(join(upper, "c"), 0o440);
    chmodSync(join(upper, "d"), 0o700);
    const modes = collected(upper).map((entry) => entry.kind === "file" && entry.mode.toString(8));
    expect(modes).toEqual(["644", "755", "644", "755"]);
  });

  test("refuses a pipe", () => {
    const upper = tempRoot();
    execFileSync("mkfifo", [join(upper, "p")]);
    expect(() => collected(upper)).toThrow("/p: a package installs a device, pipe or socket");
  });

  test("refuses a name that is not UTF-8, and shows it escaped", () => {
    const upper = tempRoot();
    writeFileSync(Buffer.concat([Buffer.from(`${upper}/caf`), Buffer.from([0xe9])]), "");
    expect(() => collected(upper)).toThrow('"caf\\xe9"');
  });

  test("refuses a backslash, which a zip turns into a folder", () => {
    expect(() => collected(tempRoot({ "..\\evil": "" }))).toThrow("no portable UTF-8 name");
  });
});
