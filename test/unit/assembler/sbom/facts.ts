import { join } from "node:path";
import type { LayerFacts } from "../../../../src/assembler/sbom/reasons.ts";
import type { Entry } from "../../../../src/assembler/tree.ts";
import { fileHashes } from "../../../../src/assembler/tree-digest.ts";
import { reportOf } from "../install/said.ts";
import { tempRoot } from "../temp-root.ts";

/** A layer with something of each kind in it: libpq was asked for, libldap came with it. */
export async function layerFacts(): Promise<LayerFacts> {
  const host = tempRoot({
    libpq: "now",
    "libpq.before": "then",
    libldap: "ldap",
    made: "cache",
    script: "made",
    gcrypt: "g",
  });
  const file = (path: string, source: string): [string, Entry] => [
    path,
    { kind: "file", path, source: join(host, source), size: 3, mode: 0o755 },
  ];
  const link = (path: string, target: string): [string, Entry] => [path, { kind: "link", path, target }];
  const rest = [
    file("lib/libldap.so.2", "libldap"),
    file("etc/script", "script"),
    file("lib/libgcrypt.so.20", "gcrypt"),
  ];
  const tree = new Map([
    ...[file("lib/libpq.so.5", "libpq"), link("lib/libpq.so", "libpq.so.5"), ...rest],
    ...[link("lib/ldap", "libldap.so.2"), file("lib/fontconfig/cache/x", "made")],
  ]);
  const report = reportOf(
    {
      after: [
        "zlib\t1.2.11-33.amzn2023.x86_64\tzlib\tzlib.src.rpm",
        "bash\t5.2.15-1.amzn2023.x86_64\tGPLv3+\tbash.src.rpm",
        "libpq\t17.6-1.amzn2023.x86_64\tPostgreSQL\tpostgresql17-17.6-1.amzn2023.src.rpm",
        "libldap\t1:2.4-1.amzn2023.x86_64\t\t(none)",
        "unused\t1-1.noarch\tMIT\tunused.src.rpm",
      ],
      provided: "libpq\tlibpq",
      requires: "libpq\tlibldap.so.2\nunused\tlibpq.so.5",
      provides: "libldap\tlibldap.so.2\nlibpq\tlibpq.so.5",
    },
    ["libpq"],
  );
  const moved = new Map([
    ["usr/lib64/libpq.so.5", "lib/libpq.so.5"],
    ["usr/lib64/libldap.so.2", "lib/libldap.so.2"],
    ["usr/lib64/ldap", "lib/ldap"],
    ["usr/lib64/libgcrypt.so.20", "lib/libgcrypt.so.20"],
    ["etc/script", "etc/script"],
  ]);
  const owners = new Map([
    ["usr/lib64/libpq.so.5", "libpq"],
    ["usr/lib64/libldap.so.2", "libldap"],
    ["usr/lib64/ldap", "libldap"],
    ["usr/lib64/libgcrypt.so.20", "zlib"],
  ]);
  return {
    ...{ tree, moved, report, hashes: fileHashes(tree) },
    relocated: new Map([file("lib/libpq.so.5", "libpq.before"), ...rest]),
    content: { owners, fromImage: new Set(["usr/lib64/libgcrypt.so.20"]) },
    made: new Map([["lib/fontconfig/cache/x", "fc-cache"]]),
  };
}
