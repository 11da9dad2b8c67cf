import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { imageForRuntime } from "../../src/assembler/image.ts";
import type { Ground } from "./ground.ts";
import type { PackageFamily } from "./package-families.ts";

/** What people do without us: install in the function's image, and zip what that brought. */
export const RUNTIME = "python3.13";
const IMAGE = imageForRuntime(RUNTIME, "x86_64");

/** As people write it. The image's own library path breaks its package manager. */
const INSTALL = "LD_LIBRARY_PATH= dnf -y install";
/** With everything that a package recommends. The image leaves no documentation out by itself. */
const INSTALL_ALL = `${INSTALL} --setopt=install_weak_deps=1`;

/** What no layer would hold: state, and the lab's repository, whose packages show as changed once they were read. */
const NOT_ADDED = ["var", "run", "tmp", "srv"];
/** podman's. */
const NOT_INSTALLED = "etc/mtab";

/**
 * Installs at its first start. At its second it copies the files that are listed by then, with links followed: inside of the
 * container, where absolute links and links into the image lead where they should. Links that lead nowhere are left out.
 */
const SCRIPT = `
if [ -e /tmp/added ]; then
  mkdir /tmp/followed
  set -f
  IFS='
'
  cp -rL --parents -t /tmp/followed $(cat /tmp/added) 2>/dev/null || [ $? = 1 ]
else
  ${INSTALL_ALL} "$@"
fi
`;

export interface NaiveInstall {
  /** Folder with all that the installation added or changed. */
  readonly added: string;
  /** Bytes of its zip. */
  readonly zip: number;
  /** Bytes of the zip that holds a file for every link. */
  readonly followedZip: number;
}

/** Milliseconds of zipping a folder, links as links. */
async function zipFolder(ground: Ground, folder: string, file: string, level: "-9" | "-6" = "-9"): Promise<number> {
  rmSync(file, { force: true });
  return (await ground.run("env", "-C", folder, "zip", level, "-q", "-r", "-y", file, ".")).ms;
}

/** Installs a family as people do, and sees what it brought. */
export async function naiveInstall(ground: Ground, { name, packages }: PackageFamily): Promise<NaiveInstall> {
  const folder = join(ground.folder, name);
  const [added, list, zip] = [join(folder, "added"), join(folder, "list"), join(folder, "naive.zip")];
  mkdirSync(added, { recursive: true });
  const container = await install(ground, SCRIPT, packages);
  const inspect = ["container", "inspect", "--format", "{{.GraphDriver.Data.UpperDir}}", container];
  const upper = (await ground.run("podman", ...inspect)).stdout.trim();

  const tops = readdirSync(upper).filter((top) => !NOT_ADDED.includes(top));
  await ground.run("cp", "-a", ...tops.map((top) => join(upper, top)), added);
  rmSync(join(added, NOT_INSTALLED), { force: true });
  // Marks of what was removed.
  await ground.run("find", added, "-type", "c", "-delete");
  await zipFolder(ground, added, zip);
  const bytes = statSync(zip).size;

  writeFileSync(list, (await ground.run("find", added, "!", "-type", "d", "-printf", "%P\\n")).stdout);
  await ground.run("podman", "cp", list, `${container}:/tmp/added`);
  await ground.run("podman", "start", "--attach", container);
  // The level that zip has by itself: git's hundred and fifty copies take a minute as it is, for half a percent less.
  await zipFolder(ground, join(upper, "tmp/followed"), zip, "-6");
  const followedBytes = statSync(zip).size;

  rmSync(zip);
  await removeContainer(ground, container);
  return { added, zip: bytes, followedZip: followedBytes };
}

/** @returns the container's id */
async function install(ground: Ground, script: string, packages: readonly string[]): Promise<string> {
  const create = ["create", "--label", ground.label, "--pull", "never", "--workdir", "/", "--entrypoint", "/bin/sh"];
  const made = await ground.run("podman", ...create, IMAGE, "-c", script, "sh", ...packages);
  const container = made.stdout.trim();
  await ground.run("podman", "start", "--attach", container);
  return container;
}

const removeContainer = (ground: Ground, container: string) => ground.run("podman", "rm", container);

/** Milliseconds of the package manager's work in a container, and of nothing else but the container's start and end. */
export async function bareInstall(ground: Ground, packages: readonly string[]): Promise<number> {
  const name = `nativedeps-bench-${process.pid}`;
  const options = ["--name", name, "--label", ground.label, "--pull", "never", "--entrypoint", "/bin/sh"];
  const { ms } = await ground.run("podman", "run", ...options, IMAGE, "-c", `${INSTALL} ${packages.join(" ")}`);
  await removeContainer(ground, name);
  return ms;
}

/** Milliseconds of making an image with the packages, and of saving it to a file. */
export async function buildAndSave(ground: Ground, packages: readonly string[]): Promise<number> {
  const [context, file] = [join(ground.folder, "context"), join(ground.folder, "image.tar")];
  const tag = `localhost/nativedeps-bench:${process.pid}`;
  mkdirSync(context, { recursive: true });
  writeFileSync(join(context, "Dockerfile"), `FROM ${IMAGE}\nRUN ${INSTALL} ${packages.join(" ")}\n`);
  const options = ["--no-cache", "--pull=never", "--quiet", "--label", ground.label, "--tag", tag];
  const build = await ground.run("podman", "build", ...options, context);
  const save = await ground.run("podman", "save", "--quiet", "--output", file, tag);
  await ground.run("podman", "rmi", tag);
  rmSync(file);
  return build.ms + save.ms;
}

/** Milliseconds of taking the added files out and zipping them. */
export async function copyAndZip(ground: Ground, added: string): Promise<number> {
  const [copy, zip] = [join(ground.folder, "copy"), join(ground.folder, "copy.zip")];
  const { ms } = await ground.run("cp", "-a", added, copy);
  const zipping = await zipFolder(ground, copy, zip);
  rmSync(copy, { recursive: true });
  rmSync(zip);
  return ms + zipping;
}
