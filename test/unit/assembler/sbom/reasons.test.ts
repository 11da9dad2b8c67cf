import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { reasonsDocument, reasonsFor } from "../../../../src/assembler/sbom/reasons.ts";
import { layerFacts } from "./facts.ts";

const sha = (text: string) => createHash("sha256").update(text).digest("hex");

test("everything in a layer has a reason", async () => {
  const facts = await layerFacts();
  const reasons = reasonsFor(facts);
  expect(reasons).toEqual([
    { path: "etc/script", why: "script", from: "/etc/script", sha256: sha("made") },
    { path: "lib/fontconfig/cache/x", why: "cache", by: "fc-cache", sha256: sha("cache") },
    { path: "lib/ldap", why: "dependency", package: "libldap", from: "/usr/lib64/ldap" },
    {
      path: "lib/libgcrypt.so.20",
      why: "image",
      package: "zlib",
      from: "/usr/lib64/libgcrypt.so.20",
      sha256: sha("g"),
    },
    {
      path: "lib/libldap.so.2",
      why: "dependency",
      package: "libldap",
      from: "/usr/lib64/libldap.so.2",
      sha256: sha("ldap"),
    },
    { path: "lib/libpq.so", why: "link" },
    {
      ...{ path: "lib/libpq.so.5", why: "requested", package: "libpq", from: "/usr/lib64/libpq.so.5" },
      ...{ sha256: sha("now"), before: sha("then") },
    },
  ]);
  expect(JSON.parse(reasonsDocument(reasons, facts))).toEqual({
    v: 1,
    packages: [
      { name: "libldap", requested: false, neededBy: ["libpq"] },
      { name: "libpq", requested: true, neededBy: ["unused"] },
    ],
    files: JSON.parse(JSON.stringify(reasons)),
  });
});
