import type { Build, BuildRequest, Builds, Clock } from "../../src/engine/ports.ts";

/** As long as CodeBuild honours an idempotency token. */
const TOKEN_LIFE_MS = 5 * 60_000;

interface FakeBuild {
  readonly request: BuildRequest;
  readonly startedAt: number;
  build: Build;
}

/** CodeBuild in memory: builds run until the test ends them; `room` is how many may run at once. */
export function fakeBuilds(clock: Pick<Clock, "now"> = { now: () => 0 }): Builds & {
  readonly all: FakeBuild[];
  room: number;
  end(id: string, status?: string): void;
} {
  const all: FakeBuild[] = [];
  const fake = {
    all,
    room: Number.POSITIVE_INFINITY,
    end(id: string, status = "SUCCEEDED") {
      const found = all.find(({ build }) => build.id === id);
      if (found === undefined) throw new Error(`no build ${id}`);
      found.build = { ...found.build, status, state: status === "SUCCEEDED" ? "succeeded" : "failed" };
    },
    async start(request: BuildRequest): Promise<{ readonly id: string } | "refused"> {
      const same = all.find((b) => b.request.token === request.token && clock.now() - b.startedAt < TOKEN_LIFE_MS);
      if (same !== undefined) return { id: same.build.id };
      if (all.filter(({ build }) => build.state === "running").length >= fake.room) return "refused";
      const id = `project:${all.length + 1}`;
      all.push({
        request,
        startedAt: clock.now(),
        build: { id, state: "running", status: "IN_PROGRESS", logUrl: `log of ${id}` },
      });
      return { id };
    },
    describe: async (ids: readonly string[]) => all.map(({ build }) => build).filter(({ id }) => ids.includes(id)),
    running: async (key: string) =>
      all.find(({ request, build }) => request.key === key && build.state === "running")?.build.id,
  };
  return fake;
}
