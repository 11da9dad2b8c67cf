import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));

it("docs/troubleshooting.md explains exactly the codes that the code has", () => {
  const files = readdirSync(`${root}src`, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const source = files.map((file) => readFileSync(`${root}src/${file}`, "utf8")).join("\n");
  const used = new Set([...source.matchAll(/"(ND\d{3})"/g)].map(([, code]) => code));
  const explained = [...readFileSync(`${root}docs/troubleshooting.md`, "utf8").matchAll(/^\| (ND\d{3}) \|/gm)];
  expect(explained.map(([, code]) => code)).toEqual([...used].sort());
});
