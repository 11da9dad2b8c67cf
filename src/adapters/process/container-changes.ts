import { request } from "node:http";
import type { PathChange } from "../../assembler/ports.ts";
import { oneLine, ProblemError } from "../../errors/problem.ts";

/** A call of the engine's command that gives what it prints. */
interface Asking {
  must(args: readonly string[]): Promise<string>;
}

/** What changed in a container, by podman, whose command can answer in JSON. */
export async function podmanChanges(command: Asking, container: string): Promise<readonly PathChange[]> {
  const answer = JSON.parse(await command.must(["diff", "--format", "json", container])) as Record<string, unknown>;
  return (["added", "changed", "removed"] as const).flatMap((kind) => {
    const paths = answer[kind === "removed" ? "deleted" : kind];
    return Array.isArray(paths) ? paths.map((path) => ({ path: String(path), kind })) : [];
  });
}

/** A hostile package must not fill our memory with the names of its files. Bytes. */
const MAX_ANSWER = 64 * 1024 * 1024;

/** Docker's numbers for them. Source: Docker Engine API, "Get changes on a container's filesystem". */
const KINDS = ["changed", "added", "removed"] as const;

/** The same by docker, whose command prints names as they are, line breaks and all; its API answers in JSON. */
export async function dockerChanges(command: Asking, container: string): Promise<readonly PathChange[]> {
  const [context] = JSON.parse(await command.must(["context", "inspect"])) as [
    { Endpoints?: { docker?: { Host?: string } } },
  ];
  const host = context?.Endpoints?.docker?.Host ?? "";
  const answer = await get(host, `/containers/${encodeURIComponent(container)}/changes`);
  const changes: unknown = JSON.parse(answer);
  if (!Array.isArray(changes)) return [];
  return changes.flatMap(({ Path, Kind }: { Path?: unknown; Kind?: unknown }) => {
    const kind = KINDS[Number(Kind)];
    return typeof Path === "string" && kind !== undefined ? [{ path: Path, kind }] : [];
  });
}

/** What docker's daemon answers. */
function get(host: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void =>
      reject(
        new ProblemError({
          code: "ND110",
          where: "docker",
          what: `its API at "${oneLine(host)}" does not tell what changed in a container (${oneLine(why)})`,
          todo: "build as root with the overlay storage driver, or where DOCKER_HOST is a local socket",
        }),
      );
    const target = addressOf(host);
    if (target === undefined) return fail("only unix, npipe and tcp addresses without TLS are understood");
    const call = request({ ...target, path, headers: { host: "docker" } }, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > MAX_ANSWER) response.destroy(new Error("it is longer than 64 MB"));
      });
      response.on("error", (failure) => fail(failure.message));
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        if (response.statusCode === 200) resolve(text);
        else fail(`HTTP ${response.statusCode} ${text.slice(0, 200)}`);
      });
    });
    call.on("error", (failure) => fail(failure.message));
    call.end();
  });
}

function addressOf(host: string): { socketPath: string } | { host: string; port: string } | undefined {
  const socket = /^(?:unix|npipe):\/\/(.+)$/.exec(host)?.[1];
  if (socket !== undefined) return { socketPath: socket };
  const tcp = /^tcp:\/\/([^/:]+):(\d+)$/.exec(host);
  return tcp === null ? undefined : { host: tcp[1] ?? "", port: tcp[2] ?? "" };
}
