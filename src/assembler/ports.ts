/** What the assembler needs of a container engine. */
export interface ContainerEngine {
  /** `docker` or `podman`. */
  readonly name: string;
  /** The image as it lies on this machine; undefined only if the engine says that it has no such image. */
  findImage(ref: string): Promise<LocalImage | undefined>;
  /** Throws a {@link PullFailure} with the engine's own words. */
  pull(ref: string): Promise<void>;
  /** Runs one container to its end and leaves it, stopped, for {@link fileSystem}. */
  run(request: ContainerRun): Promise<ContainerOutcome>;
  /** Where the container's files lie on this machine; undefined if the storage driver keeps no such folders. */
  fileSystem(container: string): Promise<ContainerFileSystem | undefined>;
  /** Stops and removes the container; no error if it is gone. */
  remove(container: string): Promise<void>;
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

/** The registry did not give the image. */
export class PullFailure extends Error {}
