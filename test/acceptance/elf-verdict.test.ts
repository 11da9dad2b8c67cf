import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { containerEngine } from "../../src/adapters/process/container-engine.ts";
import { layeredRoot } from "../../src/assembler/collect/overlay.ts";
import { absentOn, lambdaProfile } from "../../src/assembler/collect/profile.ts";
import type { RootFs } from "../../src/assembler/collect/rootfs.ts";
import { checkClosure } from "../../src/assembler/elf/closure.ts";
import { lambdaLoader } from "../../src/assembler/elf/loader.ts";
import type { LayerTree } from "../../src/assembler/tree.ts";
import { ProblemError } from "../../src/errors/problem.ts";
import type { RuntimeLayerSpec } from "../../src/packages/layer-spec.ts";
import { removeAssemblies, temporaryFolder } from "./support/assembler.ts";
import { ROOT, run } from "./support/commands.ts";
import {
  type CraftedLayer,
  craftLayer,
  cutTo,
  emptied,
  inOpt,
  otherMachine,
  rpath,
  runpath,
  weak,
} from "./support/crafted-elf.ts";

interface Case {
  readonly layer: CraftedLayer;
  /** What is loaded one after the other by Python, or a program that is run; lib/libuser.so if undefined. */
  readonly open?: readonly string[];
  /** The code of our problem, or "warning", and what both we and the loader name. Undefined: it loads. */
  readonly refused?: readonly [code: string, ...names: string[]];
  /** What we say in addition: a warning although it loads, or what the loader has no word for. */
  readonly told?: string;
  /** The one runtime that it holds for. */
  readonly on?: string;
}

const NEEDS_N2 = { needs: { "libn.so": ["n2@V_2"] } };
const [OLD, NEW] = [
  { soname: "libn.so", defines: ["n1@V_1"] },
  { soname: "libn.so", defines: ["n1@V_1", "n2@V_2"] },
];
const OWN = "$ORIGIN/own";
const USER = "lib/libuser.so";

const CASES: Readonly<Record<string, Case>> = {
  "all is well": { layer: { [USER]: NEEDS_N2, "lib/libn.so": NEW } },
  "a library that nobody has": { layer: { [USER]: NEEDS_N2 }, refused: ["ND120", "libn.so"] },
  "a library that a needed one lacks": {
    layer: { [USER]: { needs: { "libn.so": [] } }, "lib/libn.so": { needs: { "libdeep.so.3": [] } } },
    refused: ["ND120", "libdeep.so.3"],
  },
  "a newer glibc": {
    layer: { [USER]: { needs: { "libc.so.6": ["puts@GLIBC_9.99"] } } },
    refused: ["ND121", "GLIBC_9.99", "libc.so.6"],
  },
  "a glibc that is old enough": { layer: { [USER]: { needs: { "libc.so.6": ["puts@GLIBC_2.2.5"] } } } },
  "another machine": { layer: { [USER]: { patch: otherMachine } }, refused: ["ND122", "/opt/lib/libuser.so"] },
  "a version that the image's library has": {
    layer: { [USER]: { needs: { "libz.so.1": ["adler32_z@ZLIB_1.2.9"] } } },
  },
  "a version that the image's library lacks, and the layer's has": {
    layer: {
      [USER]: { needs: { "libz.so.1": ["adler32_z@ZLIB_9.9"] } },
      "lib/libz.so.1": { soname: "libz.so.1", defines: ["adler32_z@ZLIB_9.9"] },
    },
    refused: ["ND121", "ZLIB_9.9", "libz.so.1"],
  },
  "a version that the first copy lacks, and the second has": {
    layer: { [USER]: { ...NEEDS_N2, flags: rpath(OWN) }, "lib/own/libn.so": OLD, "lib/libn.so": NEW },
    refused: ["ND121", "/opt/lib/own/libn.so", "V_2"],
  },
  "a version that the first copy has, and the second lacks": {
    layer: { [USER]: { ...NEEDS_N2, flags: rpath(OWN) }, "lib/own/libn.so": NEW, "lib/libn.so": OLD },
  },
  "a version of a library without any": {
    layer: {
      [USER]: NEEDS_N2,
      // Without any version at all, not even of what it needs, glibc 2.31 stops with an assertion.
      "lib/libn.so": { soname: "libn.so", defines: ["n2"], needs: { "libc.so.6": ["puts@GLIBC_2.2.5"] } },
    },
  },
  "a weak version that is not there": {
    layer: {
      [USER]: { needs: { "libn.so": ["n2@V_2?"] }, patch: weak("V_2") },
      "lib/libn.so": { soname: "libn.so", defines: ["n1@V_1", "n2@V_3"] },
    },
  },
  "a version of a library that is needed by another": {
    layer: {
      [USER]: { needs: { "libmid.so": [], "libn.so": ["n2@V_2"] }, unneeded: "libn.so" },
      "lib/libmid.so": { needs: { "libn.so": [] } },
      "lib/libn.so": OLD,
    },
    refused: ["ND121", "/opt/lib/libn.so", "V_2"],
  },
  "RUNPATH, which comes after LD_LIBRARY_PATH": {
    layer: { [USER]: { ...NEEDS_N2, flags: runpath(OWN) }, "lib/own/libn.so": NEW, "lib/libn.so": OLD },
    refused: ["ND121", "/opt/lib/libn.so", "V_2"],
  },
  "RUNPATH, where LD_LIBRARY_PATH has nothing": {
    layer: { [USER]: { ...NEEDS_N2, flags: runpath(OWN) }, "lib/own/libn.so": NEW },
  },
  "RPATH, which what it finds inherits": {
    layer: {
      [USER]: { needs: { "libmid.so": [] }, flags: rpath(OWN) },
      "lib/own/libmid.so": NEEDS_N2,
      "lib/own/libn.so": NEW,
    },
  },
  "RPATH of a program, inherited from the root down": {
    layer: {
      "bin/x": { program: true, needs: { "libmid.so": [] }, flags: rpath("$ORIGIN/../lib/own") },
      "lib/libmid.so": NEEDS_N2,
      "lib/own/libn.so": NEW,
    },
    open: ["bin/x"],
    // Who opens libmid.so without the program does not find it.
    told: "/opt/lib/libmid.so needs libn.so, found only in /opt/lib/own",
  },
  "RUNPATH, which nobody inherits": {
    layer: {
      "bin/x": { program: true, needs: { "libmid.so": [] }, flags: runpath("$ORIGIN/../lib/own") },
      "lib/own/libmid.so": { needs: { "libn.so": [] } },
      "lib/own/libn.so": NEW,
    },
    open: ["bin/x"],
    refused: ["warning", "libn.so"],
  },
  "RPATH above an object with a RUNPATH of its own": {
    layer: {
      [USER]: { needs: { "libmid.so": [] }, flags: rpath(OWN) },
      "lib/own/libmid.so": { ...NEEDS_N2, flags: runpath("/opt/none") },
      "lib/own/libn.so": NEW,
    },
    refused: ["warning", "libn.so"],
  },
  "RPATH above an object with an empty RUNPATH": {
    layer: {
      [USER]: { needs: { "libmid.so": [] }, flags: rpath(OWN) },
      "lib/own/libmid.so": { ...NEEDS_N2, flags: runpath("/opt/none"), patch: emptied("/opt/none") },
      "lib/own/libn.so": NEW,
    },
    refused: ["warning", "libn.so"],
  },
  "$ORIGIN in braces, among other folders": {
    layer: {
      [USER]: { ...NEEDS_N2, flags: rpath("/opt/none:${ORIGIN}/../lib/./own") },
      "lib/own/libn.so": NEW,
      "lib/libn.so": OLD,
    },
  },
  "$ORIGIN of a program that is reached by a link": {
    layer: {
      "bin/x": { link: "../lib/app/x" },
      "lib/app/x": { ...NEEDS_N2, program: true, flags: runpath(OWN) },
      "lib/app/own/libn.so": NEW,
    },
    open: ["bin/x"],
  },
  "$ORIGIN of a library that is reached by a link": {
    layer: {
      [USER]: { needs: { "libmid.so": [] } },
      "lib/libmid.so": { link: "app/libmid.so.1" },
      "lib/app/libmid.so.1": { ...NEEDS_N2, flags: rpath(OWN) },
      "lib/app/own/libn.so": NEW,
      "lib/own/libn.so": OLD,
    },
    refused: ["ND121", "/opt/lib/own/libn.so", "V_2"],
  },
  "a name that another library answers to, which is loaded by then": {
    layer: {
      [USER]: { needs: { "libfirst.so": [], "libmid.so": [] }, flags: rpath(OWN) },
      "lib/libfirst.so": NEW,
      "lib/own/libmid.so": NEEDS_N2,
    },
  },
  "a name that another library answers to, which is not loaded": {
    layer: { [USER]: NEEDS_N2, "lib/libfirst.so": NEW },
    refused: ["ND120", "libn.so"],
  },
  "a name that a library of its program's own folder answers to": {
    layer: { [USER]: NEEDS_N2, "lib/app/libfirst.so": NEW },
    open: ["lib/app/libfirst.so", USER],
    told: "/opt/lib/libuser.so needs libn.so, found only in /opt/lib/app",
  },
  "the same without that library loaded": {
    layer: { [USER]: NEEDS_N2, "lib/app/libfirst.so": NEW },
    refused: ["warning", "libn.so"],
  },
  "a text file before the library": {
    layer: {
      [USER]: { ...NEEDS_N2, flags: rpath(OWN) },
      "lib/own/libn.so": "/* GNU ld script */ INPUT ( libn.so.1 )\n".padEnd(100),
      "lib/libn.so": NEW,
    },
    refused: ["ND124", "/opt/lib/own/libn.so"],
  },
  "an empty file before the library": {
    layer: { [USER]: { ...NEEDS_N2, flags: rpath(OWN) }, "lib/own/libn.so": "", "lib/libn.so": NEW },
    refused: ["ND124", "/opt/lib/own/libn.so"],
  },
  "a 32-bit library before the right one": {
    layer: {
      [USER]: { ...NEEDS_N2, flags: rpath(OWN) },
      "lib/own/libn.so": { ...OLD, flags: ["-m32"] },
      "lib/libn.so": NEW,
    },
  },
  "a library for another machine before the right one": {
    layer: {
      [USER]: { ...NEEDS_N2, flags: rpath(OWN) },
      "lib/own/libn.so": { ...OLD, patch: otherMachine },
      "lib/libn.so": NEW,
    },
    told: "/opt/lib/own/libn.so is made for another machine",
  },
  "a library that is cut off in its header": {
    layer: { [USER]: NEEDS_N2, "lib/libn.so": { ...NEW, patch: (bytes) => bytes.subarray(0, 70) } },
    refused: ["ND124", "/opt/lib/libn.so"],
  },
  "a library that is cut off in the middle": {
    layer: { [USER]: NEEDS_N2, "lib/libn.so": { ...NEW, patch: cutTo(0.5) } },
    // Loading it ends by a signal, without a word.
    refused: ["ND124"],
    told: "/opt/lib/libn.so",
  },
  "a library that is cut off behind all that is loaded": {
    layer: { [USER]: NEEDS_N2, "lib/libn.so": { ...NEW, patch: cutTo(0.97) } },
  },
  "an opened library that is cut off": {
    layer: { [USER]: { patch: cutTo(0.5) } },
    refused: ["warning"],
    told: "/opt/lib/libuser.so is a damaged ELF file",
  },
  "an older copy for able processors": {
    layer: { [USER]: NEEDS_N2, "lib/glibc-hwcaps/x86-64-v2/libn.so": OLD, "lib/libn.so": NEW },
    refused: ["ND121", "/opt/lib/glibc-hwcaps/x86-64-v2/libn.so", "V_2"],
    on: "python3.13",
  },
  "an older copy for able processors, which this loader does not know": {
    layer: { [USER]: NEEDS_N2, "lib/glibc-hwcaps/x86-64-v2/libn.so": OLD, "lib/libn.so": NEW },
    on: "python3.9",
  },
  "an older copy for processors that do not exist": {
    layer: { [USER]: NEEDS_N2, "lib/glibc-hwcaps/x86-64-v9/libn.so": OLD, "lib/libn.so": NEW },
  },
  "an older copy for able processors where RUNPATH leads": {
    layer: {
      [USER]: { ...NEEDS_N2, flags: runpath(OWN) },
      "lib/own/glibc-hwcaps/x86-64-v3/libn.so": OLD,
      "lib/own/libn.so": NEW,
    },
    refused: ["ND121", "/opt/lib/own/glibc-hwcaps/x86-64-v3/libn.so", "V_2"],
    on: "python3.13",
  },
};

describe.each([
  ["Amazon Linux 2023", "python3.13", "public.ecr.aws/lambda/python:3.13-x86_64"],
  ["Amazon Linux 2", "python3.9", "public.ecr.aws/lambda/python:3.9-x86_64"],
])("the closure agrees with the loader of %s", (_name, runtime, image) => {
  const spec = { runtime, arch: "x86_64", drop: [] as readonly string[] } as RuntimeLayerSpec;
  const container = `nativedeps-verdict-${runtime}-${process.pid}`;
  const engine = containerEngine("podman", new AbortController().signal);
  let profile: RootFs;

  beforeAll(async () => {
    process.env.CONTAINERS_CONF = `${ROOT}/.cache/lab/containers.conf`;
    process.env.PATH += ":/usr/sbin:/sbin";
    await engine.create({ name: container, image, labels: { nativedeps: "1" } });
    const files = await engine.fileSystem(container);
    if (files === undefined) throw new Error("this user cannot read the engine's folders");
    profile = lambdaProfile(layeredRoot(files.lower), absentOn(runtime));
  });

  afterAll(async () => {
    await engine.remove(container);
    removeAssemblies();
  });

  /** Loads or runs it as a function would. */
  async function byLoader(folder: string, open: readonly string[]) {
    const paths = open.map(inOpt);
    const isProgram = open[0]?.startsWith("bin/");
    const python = ["python3", "-c", "import ctypes, sys; [ctypes.CDLL(path) for path in sys.argv[1:]]"];
    const [entry = "", ...rest] = isProgram ? paths : [...python, ...paths];
    const options = ["--rm", "--pull", "never", "--network", "none", "--read-only", "--volume", `${folder}:/opt:ro`];
    const { code, output } = await run("podman", ["run", ...options, "--entrypoint", entry, image, ...rest]);
    return { loads: code === 0, says: output };
  }

  function byUs(layer: LayerTree) {
    try {
      const warnings = checkClosure({
        layer,
        loader: lambdaLoader(profile, layer, "x86_64"),
        spec,
        isImages: () => false,
      });
      return { verdict: warnings.length === 0 ? "fine" : "warning", says: warnings.join("\n") };
    } catch (failure) {
      if (!(failure instanceof ProblemError)) throw failure;
      return { verdict: failure.problem.code, says: failure.message };
    }
  }

  it.each(Object.entries(CASES).filter(([, { on }]) => (on ?? runtime) === runtime))("%s", async (_name, one) => {
    const { layer, open = [USER], refused, told } = one;
    const folder = temporaryFolder();
    const tree = craftLayer(layer, folder);
    const [ours, theirs] = [byUs(tree), await byLoader(folder, open)];
    const [code, ...names] = refused ?? [told === undefined ? "fine" : "warning"];
    expect(theirs.loads, theirs.says).toBe(refused === undefined);
    expect(ours.verdict, ours.says).toBe(code);
    for (const name of names) {
      expect(theirs.says).toContain(name);
      expect(ours.says).toContain(name);
    }
    expect(ours.says).toContain(told ?? "");
  });
});
