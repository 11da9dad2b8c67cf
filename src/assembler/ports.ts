import type { Readable } from "node:stream";

/** What the assembler needs of a container engine. */
export interface ContainerEngine {
  /** `docker` or `podman`. */
  readonly name: string;
  /** The image as it lies on this machine; undefined only if the engine says that it has no such image. */
  findImage(ref: string): Promise<LocalImage | undefined>;
  /** Throws a {@link PullFailure} with the engine's own words. */
  pull(ref: string): Promise<void>;
  /** Runs one container to its end and leaves it, stopped, for the calls below. */
  run(request: ContainerRun): Promise<ContainerOutcome>;
  /** Makes a container that is never started, to look into its image. */
  create(request: Pick<ContainerRun, "name" | "image" | "labels">): Promise<void>;
  /** Where the container's files lie on this machine; undefined if they lie where this user cannot read them. */
  fileSystem(container: string): Promise<ContainerFileSystem | undefined>;
  /** What differs from the container's image, by the engine's API: its client's text can be forged by file names. */
  changes(container: string): Promise<readonly PathChange[]>;
  /**
   * A file or folder of the container with all below it, as a tar stream whose names begin with the path's last. podman
   * follows a link that the path itself ends in.
   */
  copyOut(container: string, path: string): EngineStream;
  /** Stops and removes the container; no error if it is gone. */
  remove(container: string): Promise<void>;
  /** Names of the containers that carry a label, running or not. */
  labelled(label: string, value: string): Promise<readonly string[]>;
}

export interface LocalImage {
  readonly id: string;
  /** Digest of the registry's manifest, or the local id if the image never was in a registry. */
  readonly digest: string;
}

export interface ContainerRun {
  readonly name: string;
  /** Id of a local image: it is never pulled. */
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  /** Shell script, the same for every layer. */
  readonly script: string;
  /** Positional arguments of the script. */
  readonly args: readonly string[];
  /** Files to be put into the container before it starts, as a tar stream from its root. A container with files has no network. */
  readonly files?: Readable;
}

export interface ContainerOutcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** An overlay file system: the change on top, the image's layers below. */
export interface ContainerFileSystem {
  readonly upper: string;
  /** Topmost first. */
  readonly lower: readonly string[];
}

/** A path with a leading slash that was added to the image, changed or removed from it. */
export interface PathChange {
  readonly path: string;
  readonly kind: "added" | "changed" | "removed";
}

/** Bytes that an engine's command prints; `done` throws if it failed, and is to be awaited after the last byte. */
export interface EngineStream {
  readonly bytes: Readable;
  readonly done: () => Promise<void>;
}

/** The registry did not give the image. */
export class PullFailure extends Error {}
