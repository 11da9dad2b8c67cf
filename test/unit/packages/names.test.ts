import { describe, expect, it } from "vitest";
import { describesKey, formatDescription, refreshOf } from "../../../src/packages/description.ts";
import { faultOf, layerPath, packageSpec } from "../../../src/packages/grammar.ts";
import { operatingSystem, systemName } from "../../../src/packages/operating-system.ts";
import { packageSet } from "../../../src/packages/package-set.ts";

describe("operatingSystem", () => {
  it.each([
    ["python3.11", "al2"],
    ["python3.12", "al2023"],
    ["python4.0", "al2023"],
    ["nodejs18.x", "al2"],
    ["nodejs20.x", "al2023"],
    ["nodejs24.x", "al2023"],
    ["ruby3.2", "al2"],
    ["ruby3.3", "al2023"],
    ["ruby4.0", "al2023"],
    ["java8.al2", "al2"],
    ["java17", "al2"],
    ["java17.al2023", "al2023"],
    ["java25", "al2023"],
    ["dotnet6", "al2"],
    ["dotnet10", "al2023"],
    ["provided.al2", "al2"],
    ["provided.al2023", "al2023"],
    ["provided", undefined],
    ["go1.x", undefined],
    ["", undefined],
    ["ruby", undefined],
    ["xprovided.al2", undefined],
    ["provided.al2x", undefined],
    ["xpython3.12", undefined],
    ["python3.12x", undefined],
    ["erlang27", undefined],
    ["java8", "al2"],
    ["nodejs100.x", "al2023"],
  ])("%s stands on %s", (runtime, os) => {
    expect(operatingSystem(runtime)).toBe(os);
  });
});

describe("systemName", () => {
  it("is what a person calls it", () => {
    expect([systemName("al2"), systemName("al2023")]).toEqual(["Amazon Linux 2", "Amazon Linux 2023"]);
  });
});

describe("a path in a layer", () => {
  it.each(["share/doc/x/LICENSE", "a", ".hidden/..a"])("takes %s", (path) => {
    expect(faultOf(layerPath, path)).toBeUndefined();
  });

  it.each(["", "/etc", "a/", "a//b", "./a", "a/../b", "a\nb", "a\ud800", `a/${"b".repeat(500)}`])(
    "refuses %j",
    (path) => {
      expect(faultOf(layerPath, path)).toBe("is no path below /opt");
    },
  );
});

describe("an old name", () => {
  it.each([
    ["al2", "mysql-libs", "mariadb-libs"],
    ["al2", "mysql-devel", "mariadb-devel"],
    ["al2", "mariadb-connector-c", "mariadb-libs"],
    ["al2", "mariadb-connector-c-devel", "mariadb-devel"],
    ["al2", "libpq", "postgresql-libs"],
    ["al2", "libpq-devel", "postgresql-devel"],
    ["al2023", "mysql-libs", "mariadb-connector-c"],
    ["al2023", "mysql-devel", "mariadb-connector-c-devel"],
    ["al2023", "mariadb-libs", "mariadb-connector-c"],
    ["al2023", "mariadb-devel", "mariadb-connector-c-devel"],
    ["al2023", "postgresql-libs", "libpq"],
    ["al2023", "postgresql-devel", "libpq-devel"],
  ] as const)("on %s, %s, is %s", (os, old, name) => {
    expect(packageSet([old], os)).toEqual({ packages: [name], aliases: { [old]: name } });
  });
});

describe("packageSet", () => {
  it("resolves old names, sorts, and says what it resolved", () => {
    const set = packageSet(["zlib", "mysql-libs", "libpq", "zlib"], "al2023");
    expect(set).toEqual({
      packages: ["libpq", "mariadb-connector-c", "zlib"],
      aliases: { "mysql-libs": "mariadb-connector-c" },
    });
  });

  it("leaves whole names alone that only contain an old one", () => {
    expect(packageSet(["mysql-libs-8.0", "constructor"], "al2023")).toEqual({
      packages: ["constructor", "mysql-libs-8.0"],
      aliases: {},
    });
  });
});

describe("a package spec", () => {
  it.each(["git", "git-2.40", "perl(Foo::Bar)", "lib.so.3()(64bit)", "a+b~1^2"])("takes %s", (spec) => {
    expect(faultOf(packageSpec, spec)).toBeUndefined();
  });

  it.each([
    ["", "is empty"],
    ["-y", "starts with a hyphen, as only options do"],
    ["a".repeat(201), "is longer than 200 characters"],
  ])("refuses %j", (spec, fault) => {
    expect(faultOf(packageSpec, spec)).toBe(fault);
  });

  it.each(["a b", "a;b", "$(x)", "a\nb", "/etc/x", "https://x", "é", "a*"])("refuses %j", (spec) => {
    expect(faultOf(packageSpec, spec)).toBe("has characters that no package name has");
  });

  it("may have 200 characters", () => {
    expect(faultOf(packageSpec, "a".repeat(200))).toBeUndefined();
  });
});

describe("a layer's description", () => {
  const key = "ab".repeat(32);
  const whole = { key, tree: "cd".repeat(32), release: "2023.9.20251110", env: ["mariadb", "odbc"], refresh: 3 };

  it("carries the whole key and fits", () => {
    const text = formatDescription(whole);
    expect(text).toBe(`nativedeps/1 key=${key} tree=${whole.tree} release=2023.9.20251110 env=mariadb,odbc refresh=3`);
    expect(text.length).toBeLessThanOrEqual(256);
    expect(describesKey(text, key)).toBe(true);
    expect(refreshOf(text)).toBe(3);
    expect(refreshOf(" refresh=123456789")).toBe(123_456_789);
    expect(refreshOf(" refresh=1234567890")).toBe(0);
  });

  it("is proved by its first two words alone, and by nothing less", () => {
    expect(describesKey(`nativedeps/1 key=${key}`, key)).toBe(true);
    expect(describesKey(`nativedeps/1 key=${key}0`, key)).toBe(false);
    expect(describesKey(`nativedeps/1 key=${key.slice(0, 63)}`, key)).toBe(false);
    expect(describesKey(`x nativedeps/1 key=${key}`, key)).toBe(false);
    expect(describesKey(undefined, key)).toBe(false);
    expect(refreshOf(`nativedeps/1 key=${key}`)).toBe(0);
  });
});
