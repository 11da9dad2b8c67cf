import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { dockerChanges, podmanChanges } from "../../../../src/adapters/process/container-changes.ts";
import { tempRoot } from "../../assembler/temp-root.ts";

const saying = (answer: unknown) => {
  const asked: string[] = [];
  return {
    asked,
    async must(args: readonly string[]) {
      asked.push(args.join(" "));
      return JSON.stringify(answer);
    },
  };
};

test("podman's command tells in JSON, line breaks in names and all", async () => {
  const command = saying({ added: ["/a\nA /b"], changed: ["/usr"], deleted: ["/x"], more: 1 });
  expect(await podmanChanges(command, "n")).toEqual([
    { path: "/a\nA /b", kind: "added" },
    { path: "/usr", kind: "changed" },
    { path: "/x", kind: "removed" },
  ]);
  expect(command.asked).toEqual(["diff --format json n"]);
});

test("podman says nothing at all of a container that did nothing", async () => {
  expect(await podmanChanges(saying({ changed: null }), "n")).toEqual([]);
});

describe("docker's API", () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  /** A daemon that gives one answer to everything. */
  async function daemon(answer: string, status = 200, socket?: string) {
    const asked: string[] = [];
    server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.writeHead(status).end(answer);
    });
    await new Promise<void>((resolve) => {
      if (socket === undefined) server?.listen(0, "127.0.0.1", resolve);
      else server?.listen(socket, resolve);
    });
    const host =
      socket === undefined ? `tcp://127.0.0.1:${(server.address() as AddressInfo).port}` : `unix://${socket}`;
    return { asked, command: saying([{ Endpoints: { docker: { Host: host } } }]) };
  }

  test("is asked at the address that its command goes to, and tells in JSON", async () => {
    const answer = JSON.stringify([
      { Path: "/a\nb", Kind: 1 },
      { Path: "/usr", Kind: 0 },
      { Path: "/gone", Kind: 2 },
      { Path: "/odd", Kind: 9 },
    ]);
    const { asked, command } = await daemon(answer);
    expect(await dockerChanges(command, "a/b")).toEqual([
      { path: "/a\nb", kind: "added" },
      { path: "/usr", kind: "changed" },
      { path: "/gone", kind: "removed" },
    ]);
    expect(asked).toEqual(["GET /containers/a%2Fb/changes"]);
    expect(command.asked).toEqual(["context inspect"]);
  });

  test("may be a socket, and may have nothing to tell", async () => {
    const { command } = await daemon("null", 200, join(tempRoot(), "docker.sock"));
    expect(await dockerChanges(command, "n")).toEqual([]);
  });

  test("that refuses is a problem with its words", async () => {
    const { command } = await daemon('{"message":"No such container: n"}', 404);
    await expect(dockerChanges(command, "n")).rejects.toMatchObject({
      problem: { code: "ND110", what: expect.stringContaining("HTTP 404") },
    });
  });

  test.each(["ssh://host", "", "tcp://host"])(
    "at an address of a kind that is not known is a problem: %j",
    async (host) => {
      const command = saying([{ Endpoints: { docker: { Host: host } } }]);
      await expect(dockerChanges(command, "n")).rejects.toMatchObject({ problem: { code: "ND110" } });
    },
  );

  test("that is not there is a problem", async () => {
    const command = saying([{ Endpoints: { docker: { Host: "unix:///nonexistent/docker.sock" } } }]);
    await expect(dockerChanges(command, "n")).rejects.toThrow("ENOENT");
  });
});
