import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RuntimeLayerSpec } from "../../src/packages/layer-spec.ts";
import { schemaErrors } from "../unit/assembler/sbom/schema.ts";
import { assemble, removeAssemblies, type Way } from "./support/assembler.ts";
import { type LabEnvironment, labUp } from "./support/lab.ts";

/** The second has caches that its own tools make, and links that scriptlets leave. */
const FAMILIES = [
  ["mariadb-connector-c", "libpq"],
  ["graphviz", "dejavu-sans-fonts"],
];

const WAYS: readonly Way[] = [
  { engine: "docker", zone: "Asia/Kathmandu", umask: "077", sub: "some/other/folder" },
  { engine: "podman", zone: "Pacific/Kiritimati", umask: "000", sub: "a b" },
  { engine: "docker", zone: "America/Los_Angeles", umask: "022" },
];

describe("the same package set, assembled elsewhere", () => {
  let env: LabEnvironment;

  beforeAll(async () => {
    env = await labUp();
  });

  afterAll(removeAssemblies);

  async function layer(spec: Partial<RuntimeLayerSpec>, way: Way = {}) {
    const { result, folder, output } = await assemble(env, spec, way);
    expect(result.problem, output).toBe(undefined);
    const zip = createHash("sha256")
      .update(readFileSync(`${folder}/out/layer.zip`))
      .digest("hex");
    const others = ["sbom.cdx.json", "reasons.json"].map((name) => readFileSync(`${folder}/out/${name}`, "utf8"));
    expect(await schemaErrors(others[0] as string)).toBe(null);
    return { tree: result.treeDigest, zip, said: result.zipSha256, others };
  }

  it.each(FAMILIES)(
    "has one tree digest, one zip and one bill of materials, whatever the way: %s and %s",
    async (...packages) => {
      const one = await layer({ packages });
      expect(one.tree).toMatch(/^[0-9a-f]{64}$/);
      expect(one.said).toBe(one.zip);
      for (const way of WAYS) expect(await layer({ packages: packages.toReversed() }, way)).toEqual(one);
    },
  );

  it("has another tree digest where the packages differ", async () => {
    const one = await layer({ packages: ["libpq"] });
    const two = await layer({ packages: ["mariadb-connector-c"] });
    expect(two.tree).not.toBe(one.tree);
  });

  it("has the same tree digest from another release that brings the same files, and another where it does not", async () => {
    const release = (release: string) => layer({ packages: ["jq"], release });
    const [first, older, newer] = [
      await release("2023.9.20251110"),
      await release("2023.8.20250915"),
      await release("2023.9.20251117"),
    ];
    expect(newer.tree).toBe(first.tree);
    expect(newer.zip).toBe(first.zip);
    expect(older.tree).not.toBe(first.tree);
  });
});
