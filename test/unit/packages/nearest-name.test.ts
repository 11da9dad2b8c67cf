import { describe, expect, it } from "vitest";
import { nearestName } from "../../../src/packages/nearest-name.ts";

describe("the nearest name", () => {
  it.each([
    ["mysql-lib", "mysql-libs"],
    ["mysql-libss", "mysql-libs"],
    ["mysqk-libs", "mysql-libs"],
    ["msyql-libs", "mysql-libs"],
    ["mysql-ilsb", "mysql-libs"],
    ["git", undefined],
    ["gt", "git"],
    ["jit", "git"],
    ["igt", "git"],
    ["mysql", undefined],
    ["", "a"],
    ["xyz", undefined],
  ])("to %j is %j", (name, meant) => {
    expect(nearestName(name, ["mysql-libs", "git", "a"], 2)).toBe(meant);
  });

  it("is within as many slips as are allowed", () => {
    expect(nearestName("gi", ["git"], 0)).toBeUndefined();
    expect(nearestName("gi", ["git"], 1)).toBe("git");
    expect(nearestName("g", ["git"], 1)).toBeUndefined();
    expect(nearestName("ab", ["ba"], 1)).toBe("ba");
    expect(nearestName("ca", ["abc"], 2)).toBeUndefined();
  });

  it("is the nearer one, and of two the first by name", () => {
    expect(nearestName("abcd", ["abxy", "abcx"], 2)).toBe("abcx");
    expect(nearestName("abc", ["abz", "abx", "aby"], 2)).toBe("abx");
  });
});
