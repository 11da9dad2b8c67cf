import { expect, test } from "vitest";
import { reasonsFor } from "../../../../src/assembler/sbom/reasons.ts";
import { sbomDocument } from "../../../../src/assembler/sbom/sbom.ts";
import type { RuntimeLayerSpec } from "../../../../src/packages/layer-spec.ts";
import { layerFacts } from "./facts.ts";
import { schemaErrors } from "./schema.ts";

interface Component {
  name: string;
  purl?: string;
  version?: string;
  licenses?: unknown;
  components?: Component[];
  hashes?: unknown;
}

async function sbom(runtime: string) {
  const facts = await layerFacts();
  const spec = { runtime } as RuntimeLayerSpec;
  const reasons = reasonsFor(facts);
  const text = sbomDocument({ spec, reasons, report: facts.report, layerName: "nativedeps-x", tree: "ab12" });
  return {
    text,
    bom: JSON.parse(text) as {
      metadata: unknown;
      components: Component[];
      dependencies: { ref: string; dependsOn?: string[] }[];
    },
  };
}

const PQ =
  "pkg:rpm/amzn/libpq@17.6-1.amzn2023?arch=x86_64&distro=amzn-2023&upstream=postgresql17-17.6-1.amzn2023.src.rpm";
const LDAP = "pkg:rpm/amzn/libldap@2.4-1.amzn2023?arch=x86_64&distro=amzn-2023&epoch=1";

test("names the packages that something in the layer is from, with licence and files", async () => {
  const { bom } = await sbom("ruby3.3");
  const packages = bom.components.filter(({ purl }) => purl !== undefined);
  expect(packages.map(({ name, purl, version, licenses }) => [name, purl, version, licenses])).toEqual([
    ["libldap", LDAP, "1:2.4-1.amzn2023", undefined],
    ["libpq", PQ, "17.6-1.amzn2023", [{ license: { name: "PostgreSQL" } }]],
    [
      "zlib",
      "pkg:rpm/amzn/zlib@1.2.11-33.amzn2023?arch=x86_64&distro=amzn-2023&upstream=zlib-1.2.11-33.amzn2023.src.rpm",
      "1.2.11-33.amzn2023",
      [{ license: { name: "zlib" } }],
    ],
  ]);
  expect(packages[1]?.components).toMatchObject([
    { type: "file", name: "/opt/lib/libpq.so.5", hashes: [{ alg: "SHA-256" }] },
  ]);
  const others = bom.components.filter(({ purl }) => purl === undefined).map(({ name }) => name);
  expect(others).toEqual(["/opt/etc/script", "/opt/lib/fontconfig/cache/x"]);
});

test("says what needs what, down from the layer", async () => {
  const { bom } = await sbom("ruby3.3");
  const dependsOn = Object.fromEntries(bom.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
  expect(dependsOn[PQ]).toEqual([LDAP]);
  expect(dependsOn.layer).toContain(PQ);
  expect(dependsOn.layer).not.toContain(LDAP);
});

test("is the same each time, and knows the system", async () => {
  const { text, bom } = await sbom("ruby3.3");
  expect((await sbom("ruby3.3")).text).toBe(text);
  expect(bom.metadata).toMatchObject({ component: { name: "nativedeps-x", version: "ab12" } });
  expect(bom).not.toHaveProperty("serialNumber");
  expect(bom.metadata).not.toHaveProperty("timestamp");
  expect((await sbom("python3.9")).text).toContain("distro=amzn-2&");
});

test("is as CycloneDX's schema has it", async () => {
  const { text, bom } = await sbom("ruby3.3");
  expect(await schemaErrors(text)).toBe(null);
  expect(await schemaErrors(JSON.stringify({ ...bom, components: [{ name: "x" }] }))).not.toBe(null);
});
