import type { BuildResult } from "../packages/build-result.ts";
import type { Architecture, LayerSpec } from "../packages/layer-spec.ts";

/** One published version of a layer. */
export interface LayerVersion {
  readonly arn: string;
  readonly description: string;
}

/** The layers of the account and region: the truth about finished work. */
export interface Layers {
  /**
   * The newest version whose Description carries the full key, paging past others; undefined if no version does.
   * Throws on every other answer: absence is never concluded from an error.
   */
  find(name: string, key: string): Promise<LayerVersion | undefined>;
}

/** The claim on one key: who builds it. `token` goes to StartBuild, so that one claim can start one build only. */
export interface Lock {
  readonly v: 1;
  readonly key: string;
  /** Random: two claims are never equal bytes, so never equal etags. */
  readonly owner: string;
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly claimedAt: number;
  readonly buildId: string | null;
}

export interface HeldLock {
  readonly lock: Lock;
  readonly etag: string;
}

/** One object per key, changed by compare-and-swap only. */
export interface Locks {
  /** The new etag, or undefined if the lock exists already. */
  create(lock: Lock): Promise<string | undefined>;
  /** undefined if there is none. Throws a ProblemError if what is there cannot be understood. */
  read(key: string): Promise<HeldLock | undefined>;
  /** The new etag, or undefined if the lock is no longer the one with this etag. */
  replace(lock: Lock, etag: string): Promise<string | undefined>;
}

export interface BuildRequest {
  readonly key: string;
  readonly layerName: string;
  readonly arch: Architecture;
  /** Idempotency token: the same token never starts a second build. */
  readonly token: string;
}

export type BuildState = "running" | "succeeded" | "failed";

export interface Build {
  readonly id: string;
  readonly state: BuildState;
  /** The service's own word, e.g. `TIMED_OUT`. */
  readonly status: string;
  /** Where a person can watch it. */
  readonly logUrl: string;
}

/** CodeBuild: the truth about running work. */
export interface Builds {
  /** Starts the build of a stored spec; "refused" when the service has no room for it now. */
  start(request: BuildRequest): Promise<{ readonly id: string } | "refused">;
  /** Builds that the service no longer knows are left out. */
  describe(ids: readonly string[]): Promise<readonly Build[]>;
  /** Id of a queued or running build of this key. */
  running(key: string, arch: Architecture): Promise<string | undefined>;
}

/** What a build said of itself. */
export interface Results {
  /** undefined if the build left no result. */
  read(key: string, buildId: string): Promise<BuildResult | undefined>;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(ms: number): Promise<void>;
  /** A fresh unguessable id. */
  random(): string;
}

/** What CloudFormation needs to hear again in an answer, and where to. */
export interface ResourceRequest {
  readonly requestId: string;
  readonly stackId: string;
  readonly logicalResourceId: string;
  readonly responseUrl: string;
}

/** A request that waits for the layer of a key. */
export interface WaitingRequest extends ResourceRequest {
  readonly key: string;
}

/** Requests stored until their layer is there. */
export interface Waiting {
  put(request: WaitingRequest): Promise<void>;
  /** Of one key, or of all. */
  list(key?: string): Promise<readonly WaitingRequest[]>;
  remove(request: WaitingRequest): Promise<void>;
}

export type Answer =
  | { readonly status: "SUCCESS"; readonly physicalId: string; readonly data: Readonly<Record<string, string>> }
  | { readonly status: "FAILED"; readonly physicalId: string; readonly reason: string };

/** CloudFormation's side of a custom resource. */
export interface Answers {
  send(request: ResourceRequest, answer: Answer): Promise<void>;
}

/** Layer specs by key: how a build, and who answers for it, learns what to build. */
export interface Specs {
  write(key: string, spec: LayerSpec): Promise<void>;
  read(key: string): Promise<LayerSpec | undefined>;
}

export interface LayerToPublish {
  readonly name: string;
  readonly description: string;
  readonly runtime: string;
  readonly arch: Architecture;
  readonly license: string;
}

/** The build host's way to Lambda. */
export interface Publisher {
  /** All versions, newest first. */
  list(name: string): Promise<readonly LayerVersion[]>;
  /** One attempt, never retried by the adapter. */
  publish(layer: LayerToPublish): Promise<LayerVersion>;
}
