import { describe, expect, test } from "vitest";
import { layeredRoot } from "../../../../src/assembler/collect/overlay.ts";
import { linkTo, tempRoot } from "../temp-root.ts";

describe("a container's file system read from its layers", () => {
  test("the upper layer wins, folders merge", () => {
    const upper = tempRoot({ "usr/a": "new" });
    const lower = tempRoot({ "usr/a": "older", "usr/b": "b" });
    const root = layeredRoot([upper, lower]);
    expect(root.find("/usr/a")?.node).toEqual({ kind: "file", host: `${upper}/usr/a`, size: 3 });
    expect(root.list("/usr")).toEqual(["a", "b"]);
  });

  test("links are followed inside it", () => {
    const root = layeredRoot([tempRoot({ "usr/lib64/x": "x", lib64: linkTo("usr/lib64"), abs: linkTo("/lib64/x") })]);
    expect(root.find("/lib64/../../abs")?.path).toBe("/usr/lib64/x");
    expect(root.find("/abs", "link")?.node).toEqual({ kind: "link", target: "/lib64/x" });
  });

  test("an absolute link starts at its root, a relative one where it lies", () => {
    const root = layeredRoot([tempRoot({ "usr/x": "1", "d/abs": linkTo("/usr/x"), "d/rel": linkTo("../usr/x") })]);
    expect(root.find("/d/abs")?.path).toBe("/usr/x");
    expect(root.find("/d/rel")?.path).toBe("/usr/x");
  });

  test("no link leads out of it", () => {
    const root = layeredRoot([
      tempRoot({ etc: linkTo("/tmp/.."), up: linkTo("../../../../etc/hostname"), "d/passwd": linkTo("/etc/passwd") }),
    ]);
    expect(root.find("/etc/passwd")).toBeUndefined();
    expect(root.find("/up")).toBeUndefined();
    expect(root.find("/d/passwd")).toBeUndefined();
    expect(root.find("/../../etc/hostname")).toBeUndefined();
  });

  test("a link in a lower layer under a folder of the upper one is not followed on this machine", () => {
    const root = layeredRoot([tempRoot({ "x/own": "1" }), tempRoot({ x: linkTo("/etc") })]);
    expect(root.find("/x/passwd")).toBeUndefined();
    expect(root.list("/x")).toEqual(["own"]);
  });

  test("links in a circle end", () => {
    const root = layeredRoot([tempRoot({ a: linkTo("b"), b: linkTo("a") })]);
    expect(root.find("/a")).toBeUndefined();
  });
});
