import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { must, run } from "./support/commands.ts";
import { rubyExample } from "./support/example.ts";
import { database, freshLab, lab, labUp, RUN_DIR } from "./support/lab.ts";

/** Command lines of all processes that name the run folder in their arguments or their environment. */
function ofThisLab(): readonly string[] {
  const read = (path: string): string => {
    try {
      return readFileSync(path, "utf8").replaceAll("\0", " ");
    } catch {
      return ""; // It has ended meanwhile.
    }
  };
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return pids.flatMap((pid) => {
    const line = read(`/proc/${pid}/cmdline`);
    const mine = line.includes(RUN_DIR) || read(`/proc/${pid}/environ`).includes(`LAB_RUN_DIR=${RUN_DIR}`);
    return mine && !line.includes("vitest") && !line.includes("esbuild") ? [line] : [];
  });
}

describe("lab down", () => {
  it("leaves nothing running or mounted, even in the middle of a build", async () => {
    const env = await freshLab();
    const db = await database();
    const example = await rubyExample(env, db);
    const deploy = example.deploy("app");
    const containers = () => must("podman", ["ps", "--all", "--quiet", "--filter", "label=nativedeps"], { env });
    // The container lives for about a second: look often.
    let seen = "";
    for (let i = 0; i < 600 && seen === ""; i++) seen = (await containers()).trim();
    expect(seen).not.toBe("");

    expect(ofThisLab().length).toBeGreaterThan(0);
    await lab("down");
    await db.down();
    expect((await deploy).code).not.toBe(0);
    example.remove();

    expect(ofThisLab()).toEqual([]);
    expect(readFileSync("/proc/mounts", "utf8")).not.toContain(RUN_DIR);
    expect((await containers()).trim()).toBe("");
    expect(existsSync(`${RUN_DIR}/podman.sock`)).toBe(false);
  });

  it("is what happens after a failed test, too", async () => {
    const config = "test/acceptance/support/failing.config.ts";
    const { code, output } = await run("npx", ["vitest", "run", "--config", config]);
    expect(output).toContain("as it is meant to");
    expect(code).toBe(1);
    expect(ofThisLab()).toEqual([]);
  });

  it("can be said twice, and the lab comes up again", async () => {
    await lab("down");
    const { AWS_ENDPOINT_URL = "" } = await labUp();
    expect((await fetch(`${AWS_ENDPOINT_URL}/_lab/health`)).ok).toBe(true);
    await lab("down");
  });
});
