import { describe, expect, it } from "vitest";
import { FAMILIES, PATH_LISTS } from "../../../src/packages/data/families.ts";
import { familiesIn, formatDescription } from "../../../src/packages/description.ts";
import { familiesOfNames, familiesOfTree, variablesOf } from "../../../src/packages/families.ts";
import published from "./families.json" with { type: "json" };

describe("the table of families", () => {
  it("is as it was when layers were published whose Description names its codes", () => {
    expect({ lists: PATH_LISTS, families: FAMILIES }).toEqual(published);
  });

  it("has codes of two to four letters, each once", () => {
    const codes = FAMILIES.map((family) => family.code);
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) expect(code).toMatch(/^[a-z]{2,4}$/);
  });

  it("sets variables to places below /opt first, and none that Lambda reserves", () => {
    for (const [name, value] of FAMILIES.flatMap((family) => Object.entries(family.variables))) {
      expect(value, name).toMatch(/^\/opt\/\w/);
      expect(name).toMatch(/^[A-Z][A-Z0-9_]*$/);
      expect(name).not.toMatch(/^(PATH|LD_LIBRARY_PATH|TZ|LANG|AWS_.*|LAMBDA_.*|_HANDLER)$/);
    }
  });

  it("lets two families set one variable only where their values can be joined", () => {
    const names = FAMILIES.flatMap((family) => Object.keys(family.variables));
    const twice = names.filter((name, i) => names.indexOf(name) !== i);
    expect(twice.filter((name) => PATH_LISTS[name] === undefined)).toEqual([]);
  });

  it("fits a Description with every code at once", () => {
    const env = FAMILIES.map((family) => family.code).sort();
    const hex = "a".repeat(64);
    const text = formatDescription({ key: hex, tree: hex, release: "2023.12.20301231", env, refresh: 9999 });
    expect(text.length).toBeLessThanOrEqual(256);
    expect(familiesIn(text)).toEqual(env);
  });
});

describe("a Description with more codes than fit", () => {
  it("may have 256 characters", () => {
    const hex = "a".repeat(64);
    const bare = formatDescription({ key: hex, tree: hex, release: "-", env: ["x"], refresh: 0 });
    const fits = "x".repeat(256 - bare.length + 1);
    const text = (code: string) => formatDescription({ key: hex, tree: hex, release: "-", env: [code], refresh: 0 });
    expect(text(fits)).toContain(` env=${fits} `);
    expect(text(fits)).toHaveLength(256);
    expect(text(`${fits}x`)).toContain(" env=- ");
  });

  it("leaves the last ones out, and is never too long", () => {
    const env = Array.from({ length: 60 }, (_, i) => `${String.fromCharCode(97 + (i % 26))}${"xyz"[i % 3]}`);
    const hex = "a".repeat(64);
    const text = formatDescription({ key: hex, tree: hex, release: "9".repeat(300), env, refresh: 123456789 });
    expect(text.length).toBeLessThanOrEqual(256);
    expect(text).toMatch(/ refresh=123456789$/);
    const kept = / env=(\S+) /.exec(text)?.[1]?.split(",") ?? [];
    expect(kept.length).toBeGreaterThan(5);
    expect(kept).toEqual(env.slice(0, kept.length));
  });

  it.each(["", "nativedeps/1 key=x", "env=od b", " env=OD refresh=0", " env=od,; refresh=0", " env="])(
    "reads nothing out of %j",
    (text) => expect(familiesIn(text)).toBeUndefined(),
  );

  it.each([
    [" env=- refresh=0", []],
    ["x env=od,fc", ["od", "fc"]],
    ["x env=od,zzzz,fc refresh=1", ["od", "fc"]],
  ])("reads %j", (text, codes) => expect(familiesIn(text)).toEqual(codes));
});

describe("familiesOfTree", () => {
  it.each([
    ["unixODBC, which appends to a bare /etc", ["bin/isql", "etc/odbcinst.ini", "lib/libodbc.so.2"], ["od"]],
    ["plugins of the image's libsasl2", ["lib/sasl2/libplain.so"], ["sa"]],
    ["plugins of the layer's own libsasl2", ["lib/sasl2/libplain.so", "lib/libsasl2.so.3"], []],
    ["modules of the image's perl", ["share/perl5/vendor_perl/JSON/XS.pm"], ["pl"]],
    ["modules of the layer's perl", ["share/perl5/vendor_perl/JSON/XS.pm", "bin/perl"], []],
    ["locales", ["lib/locale/de_DE.utf8/LC_CTYPE"], ["lc"]],
    ["character sets", ["lib/gconv/gconv-modules.d/gconv-modules-extra.conf", "lib/gconv/BIG5.so"], ["gc"]],
    ["all time zones", ["share/zoneinfo/Etc/UTC", "share/zoneinfo/Asia/Tokyo"], ["tz"]],
    ["the zones that an update has touched", ["share/zoneinfo/Asia/Tokyo"], []],
    ["settings of glib, even with glib in the layer", ["lib/libglib-2.0.so.0", "share/mime/mime.cache"], ["xd"]],
    [
      "several at once, sorted",
      ["share/terminfo/x/xterm-kitty", "etc/odbc.ini", "etc/fonts/fonts.conf"],
      ["fc", "od", "ti"],
    ],
    [
      "a file that is only called alike",
      ["etc/odbcinst.ini.rpmnew", "share/x/etc/odbc.ini", "lib/sasl2/deep/er/x.so"],
      [],
    ],
    ["nothing", [], []],
  ])("tells %s", (_name, paths, codes) => {
    expect(familiesOfTree(paths)).toEqual(codes);
  });

  it("takes any iterable of paths once", () => {
    expect(familiesOfTree(new Map([["etc/odbc.ini", 1]]).keys())).toEqual(["od"]);
  });
});

describe("familiesOfNames", () => {
  it("goes by whole names", () => {
    expect(familiesOfNames(["unixODBC"])).toEqual(["od"]);
    expect(familiesOfNames(["mariadb-connector-odbc", "glibc-langpack-de"])).toEqual(["lc", "od"]);
    expect(familiesOfNames(["my-unixODBC", "fontconfigs", "jq", "perl(JSON)"])).toEqual([]);
  });
});

describe("variablesOf", () => {
  it("gives the variables of the codes", () => {
    expect(variablesOf(["od"])).toEqual({ ODBCSYSINI: "/opt/etc" });
    expect(variablesOf([])).toEqual({});
  });

  it("does not depend on the order of the codes", () => {
    const codes = FAMILIES.map((family) => family.code);
    expect(variablesOf([...codes].reverse())).toEqual(variablesOf(codes));
  });

  it("joins the lists of two families, each folder once, and keeps the first of other values", () => {
    const table = [
      { code: "aa", variables: { SASL_PATH: "/opt/a:/usr/lib64/sasl2", MAGIC: "/opt/a" } },
      { code: "bb", variables: { SASL_PATH: "/opt/b:/usr/lib64/sasl2", MAGIC: "/opt/b" } },
    ];
    expect(variablesOf(["bb", "aa"], table)).toEqual({ SASL_PATH: "/opt/a:/usr/lib64/sasl2:/opt/b", MAGIC: "/opt/a" });
  });
});
