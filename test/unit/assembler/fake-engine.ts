import type { ContainerEngine } from "../../../src/assembler/ports.ts";

const unasked = (what: string) => async (): Promise<never> => {
  throw new Error(`nobody should have asked for ${what}`);
};

/** An engine that does nothing but what a test gives it. */
export const engineWith = (over: Partial<ContainerEngine>): ContainerEngine => ({
  name: "fake",
  findImage: async () => ({ id: "sha256:1", digest: "sha256:2" }),
  pull: unasked("a pull"),
  run: unasked("a run"),
  create: unasked("a container"),
  fileSystem: async () => undefined,
  changes: unasked("changes"),
  copyOut: () => {
    throw new Error("nobody should have asked for files");
  },
  remove: async () => {},
  labelled: async () => [],
  ...over,
});
