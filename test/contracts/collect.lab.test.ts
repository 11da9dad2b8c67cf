import { mkdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { containerEngine } from "../../src/adapters/process/container-engine.ts";
import { buildLayer } from "../../src/assembler/build.ts";
import type { ContainerChange } from "../../src/assembler/collect/change.ts";
import { collect } from "../../src/assembler/collect/collect.ts";
import { exportedChange } from "../../src/assembler/collect/exported.ts";
import { overlayChange } from "../../src/assembler/collect/overlay.ts";
import type { ContainerEngine } from "../../src/assembler/ports.ts";
import type { Entry } from "../../src/assembler/tree.ts";
import { removeAssemblies, temporaryFolder, writeSpec } from "../acceptance/support/assembler.ts";
import { labUp } from "../acceptance/support/lab.ts";

const IMAGE = "public.ecr.aws/lambda/python:3.13-x86_64";

/**
 * What packages do to an image, and what they could do; but no folder in a file's place, on which `podman diff` itself
 * fails. Bash, for a fresh container.
 */
const CHANGES = `
set -e
mkdir -p /usr/lib64/added/deep "/usr/share/with space" /opt/vendor/lib
echo one > /usr/lib64/added/deep/one
ln /usr/lib64/added/deep/one /usr/lib64/added/hard
ln -s deep/one /usr/lib64/added/soft
ln -s /usr/lib64/added /usr/share/folder-link
echo ü > "/usr/share/with space/ü'x
y"
truncate -s 1M /usr/share/sparse; printf end >> /usr/share/sparse
echo set > /usr/bin/setuid; chmod 4755 /usr/bin/setuid
printf '' > /usr/share/empty; chmod 600 /usr/share/empty
echo more >> /etc/profile
touch /etc/passwd; chmod 640 /etc/shells
cp -a /usr/bin/curl /tmp/g; rm /usr/bin/curl; cp -a /tmp/g /usr/bin/curl
rm /etc/inputrc; ln -s shells /etc/inputrc; rm /etc/networks
rm -r /etc/skel; ln -s /usr/share /etc/skel
echo 'vendor' > /opt/vendor/lib/x
`;

const FAMILIES = [
  ["graphviz", "dejavu-sans-fonts"],
  ["caseconv", "almanac", "sqliteodbc"],
  // Which has hard links.
  ["perl-interpreter"],
];

describe.each(["podman", "docker"] as const)("the two ways to see what an installation did, with %s", (name) => {
  let engine: ContainerEngine;
  const made: string[] = [];

  beforeAll(async () => {
    Object.assign(process.env, await labUp());
    engine = containerEngine(name, new AbortController().signal);
  });

  afterAll(async () => {
    for (const container of made) await engine.remove(container);
    removeAssemblies();
  });

  const newName = (): string => {
    made.push(`nativedeps-contract-${name}-${made.length}-${process.pid}`);
    return made.at(-1) as string;
  };

  test("agree on what is new, and on what the image was before", async () => {
    const image = (await engine.findImage(IMAGE))?.id ?? "";
    const labels = { nativedeps: "1" };
    const [container, pristine] = [newName(), newName()];
    const outcome = await engine.run({ name: container, image, labels, environment: {}, script: CHANGES, args: [] });
    expect(outcome.exitCode, outcome.stderr).toBe(0);
    await engine.create({ name: pristine, image, labels });

    const files = await engine.fileSystem(container);
    if (files === undefined) throw new Error("this user cannot read the engine's folders");
    const [overlay, exported] = [
      overlayChange(files),
      await exportedChange(engine, container, pristine, temporaryFolder()),
    ];
    expect(entries(exported)).toEqual(entries(overlay));
    for (const change of [exported, overlay]) {
      const [one, hard] = ["deep/one", "hard"].map((name) =>
        change.touched.find(({ path }) => path === `usr/lib64/added/${name}`),
      );
      expect([one, hard]).toMatchObject([{ kind: "file" }, { host: one?.kind === "file" && one.host }]);
    }
    expect(Object.keys(entries(overlay))).toContain("usr/lib64/added/hard");
    expect(Object.keys(entries(overlay))).not.toContain("usr/bin/curl");
    for (const path of [
      "/etc/inputrc",
      "/etc/profile",
      "/usr/bin/curl",
      "/usr/lib64/libc.so.6",
      "/usr/share/empty",
      "/etc/skel",
    ]) {
      expect(seen(exported.base, path), path).toEqual(seen(overlay.base, path));
      expect(seen(exported.installed, path), path).toEqual(seen(overlay.installed, path));
    }
  });

  test.each(FAMILIES.map((packages) => ({ packages })))("give the same layer: $packages", async ({ packages }) => {
    const one = await layer(packages, engine);
    expect(await layer(packages, { ...engine, fileSystem: async () => undefined })).toEqual(one);
  });

  async function layer(packages: readonly string[], engine: ContainerEngine) {
    const folder = temporaryFolder();
    const out = `${folder}/out`;
    mkdirSync(out);
    writeSpec(folder, { packages });
    const problem = await buildLayer({
      ...{ spec: `${folder}/spec.json`, out, engine, image: undefined, registry: undefined, expectedKey: undefined },
      ...{ refresh: undefined, say: () => {}, sleep, signal: new AbortController().signal },
      fetch: () => Promise.reject(new Error("there is nothing to fetch")),
    });
    expect(problem).toBe(undefined);
    const { treeDigest, warnings } = JSON.parse(readFileSync(`${out}/result.json`, "utf8"));
    return { treeDigest, warnings, reasons: readFileSync(`${out}/reasons.json`, "utf8") };
  }
});

/** What differs from the image, by path, with contents. */
function entries({ base, touched }: ContainerChange): Record<string, unknown> {
  const content = (entry: Entry) => (entry.kind === "file" ? readFileSync(entry.source, "base64") : entry.target);
  return Object.fromEntries(
    collect({ base, touched }).map((entry) => [
      entry.path,
      { kind: entry.kind, mode: "mode" in entry ? entry.mode : undefined, content: content(entry) },
    ]),
  );
}

function seen(root: ContainerChange["base"], path: string): unknown {
  const node = root.find(path, "link")?.node;
  return node?.kind === "file" ? { size: node.size, content: readFileSync(node.host, "base64") } : node?.kind;
}
