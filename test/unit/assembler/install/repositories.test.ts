import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { repositoryArguments } from "../../../../src/assembler/install/repositories.ts";

const key = (name: string): string => readFileSync(join(import.meta.dirname, "keys", `${name}.asc`), "utf8");

const OWN = {
  Id: "acme",
  BaseUrl: "https://rpm.example.com/al2023",
  GpgKey: "https://rpm.example.com/KEY",
  Fingerprint: "DD15D2B67CD3C7471B13C9EB6C6093E4D903729F",
};
const holding = (content: string) => async () => Buffer.from(content);

test("named repositories are a kind and a topic", async () => {
  const never = async () => {
    throw new Error("nothing to fetch");
  };
  expect(await repositoryArguments(["spal", "epel", "extras:postgresql14"], never)).toEqual([
    ["spal", "", "", ""],
    ["epel", "", "", ""],
    ["extras", "postgresql14", "", ""],
  ]);
});

describe("somebody's own repository", () => {
  test("checks signatures by the one key that was fetched", async () => {
    const fetched: string[] = [];
    const spaced = OWN.Fingerprint.toLowerCase()
      .replace(/(....)/g, "$1 ")
      .trim();
    const [args] = await repositoryArguments([{ ...OWN, Fingerprint: spaced }], async (address) => {
      fetched.push(address);
      return Buffer.from(`text around it\n${key("one")}`);
    });
    expect(fetched).toEqual([OWN.GpgKey]);
    expect(args?.[0]).toBe("own");
    expect(args?.[1]).toBe("acme");
    expect(args?.[2].split("\n")).toEqual([
      "[acme]",
      "name=acme",
      "baseurl=https://rpm.example.com/al2023",
      "enabled=1",
      "gpgcheck=1",
      "gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-nativedeps-acme",
      "",
    ]);
    expect(args?.[3]).toBe(key("one"));
  });

  test.each([
    ["another key", key("two"), "holds the key EC256760C7D53CE011CD5216F5BC0EE7FE6A8E57, and not DD15"],
    ["a second key beside it", key("one") + key("two"), "903729F and EC256760"],
    ["no key", Buffer.from([0xb4, 1, 65]).toString("latin1"), "holds no key, and not DD15"],
    ["a page of HTML", "<html>404</html>", "what https://rpm.example.com/KEY holds is no key"],
  ])("with %s is refused", async (_name, content, told) => {
    const failure = repositoryArguments([OWN], async () => Buffer.from(content, "latin1"));
    await expect(failure).rejects.toMatchObject({ problem: { code: "ND115", where: "Packages.Repositories: acme" } });
    await expect(failure).rejects.toThrow(told);
  });

  test("whose key cannot be had is refused with the reason", async () => {
    const away = async () => {
      throw new Error("fetch failed", { cause: new Error("connect ECONNREFUSED\n::1") });
    };
    await expect(repositoryArguments([OWN], away)).rejects.toThrow(
      "cannot be had from https://rpm.example.com/KEY (Error: connect ECONNREFUSED ::1)",
    );
  });

  test("is all that matters: one bad among many stops", async () => {
    await expect(repositoryArguments(["spal", OWN], holding(key("two")))).rejects.toThrow("acme");
  });
});
