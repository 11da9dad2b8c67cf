import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { containerEngine } from "../../../../src/adapters/process/container-engine.ts";
import { firstOnPath } from "../../../../src/adapters/process/find-command.ts";
import { runProcess } from "../../../../src/adapters/process/run-process.ts";
import { PullFailure } from "../../../../src/assembler/ports.ts";
import { fakeCommand } from "./fake-command.ts";

const never = new AbortController().signal;
const engine = () => containerEngine("docker", never);

describe("the container engine", () => {
  test("an image is absent only if the engine says so", async () => {
    fakeCommand("docker", "echo 'Error: No such image: x' >&2; exit 1");
    expect(await engine().findImage("x")).toBeUndefined();
    fakeCommand("docker", "echo 'Cannot connect to the Docker daemon' >&2; exit 1");
    await expect(engine().findImage("x")).rejects.toThrow("Cannot connect");
  });

  test.each([
    ["docker's", '{"Id":"sha256:1","RepoDigests":["r@sha256:2"]}', { id: "sha256:1", digest: "sha256:2" }],
    ["podman's", '{"Id":"1","Digest":"sha256:3","RepoDigests":[]}', { id: "1", digest: "sha256:3" }],
    ["a local one's", '{"Id":"sha256:1","RepoDigests":[]}', { id: "sha256:1", digest: "sha256:1" }],
  ])("reads %s image", async (_name, json, image) => {
    fakeCommand("docker", `echo '[${json}]'`);
    expect(await engine().findImage("x")).toEqual(image);
  });

  test("a pull that fails carries the registry's words", async () => {
    fakeCommand("docker", "echo 'toomanyrequests: Rate exceeded' >&2; exit 1");
    await expect(engine().pull("x")).rejects.toThrow(new PullFailure("toomanyrequests: Rate exceeded"));
  });

  test("runs as root, without host folders, with the script's arguments apart from the script", async () => {
    const { calls } = fakeCommand("docker", "echo out; echo err >&2; exit 3");
    const outcome = await engine().run({
      name: "n",
      image: "sha256:1",
      labels: { nativedeps: "1" },
      environment: { LD_LIBRARY_PATH: "" },
      script: 'echo "$1"',
      args: ["a b", "$(reboot)"],
    });
    expect(outcome).toEqual({ exitCode: 3, stdout: "out\n", stderr: "err\n" });
    expect(calls()).toEqual([
      [
        ...["run", "--name", "n", "--pull", "never", "--user", "0:0", "--workdir", "/", "--entrypoint", "/bin/sh"],
        ...["--label", "nativedeps=1", "--env", "LD_LIBRARY_PATH=", "sha256:1", "-c", 'echo "$1"', "nativedeps"],
        ...["a b", "$(reboot)"],
      ],
    ]);
  });

  test("finds the overlay's folders, if they can be read here", async () => {
    const { folder } = fakeCommand("docker", "");
    for (const name of ["up", "low1", "low2"]) mkdirSync(join(folder, name));
    const data = `{"UpperDir":"${folder}/up","LowerDir":"${folder}/low1:${folder}/low2"}`;
    fakeCommand("docker", `echo '[{"GraphDriver":{"Name":"overlay2","Data":${data}}}]'`);
    expect(await engine().fileSystem("n")).toEqual({
      upper: `${folder}/up`,
      lower: [`${folder}/low1`, `${folder}/low2`],
    });
    fakeCommand("docker", `echo '[{"GraphDriver":{"Data":${data.replace("up", "elsewhere")}}}]'`);
    expect(await engine().fileSystem("n")).toBeUndefined();
    fakeCommand("docker", "echo '[{}]'");
    expect(await engine().fileSystem("n")).toBeUndefined();
  });

  test("removing what is gone is no error, other failures are", async () => {
    fakeCommand("docker", "echo 'Error: No such container: n' >&2; exit 1");
    await engine().remove("n");
    fakeCommand("docker", "echo 'permission denied' >&2; exit 1");
    await expect(engine().remove("n")).rejects.toThrow("permission denied");
  });

  test("a stop ends a run at once, and removing still works", async () => {
    const stop = new AbortController();
    const { calls } = fakeCommand("docker", '[ "$1" = rm ] || exec sleep 60');
    const stopped = containerEngine("docker", stop.signal);
    const pull = stopped.pull("x");
    setTimeout(() => stop.abort(), 100);
    await expect(pull).rejects.toThrow("aborted");
    await stopped.remove("n");
    expect(calls().at(-1)).toEqual(["rm", "--force", "--volumes", "n"]);
  });
});

describe("commands", () => {
  test("that are not there are a problem with a cure", async () => {
    await expect(runProcess("no-such-command-here", [])).rejects.toThrow("install no-such-command-here");
  });

  test("the first on PATH is taken, else the last named", () => {
    const { folder } = fakeCommand("podman", "");
    expect(firstOnPath(["docker", "podman"], `/nowhere:${folder}`)).toBe("podman");
    fakeCommand("docker", "");
    expect(firstOnPath(["docker", "podman"], process.env.PATH as string)).toBe("docker");
    expect(firstOnPath(["docker", "podman"], "/nowhere")).toBe("podman");
  });
});
