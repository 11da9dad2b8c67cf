import { Buffer } from "node:buffer";
import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ProblemError } from "../../errors/problem.ts";

export interface ProcessOptions {
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Ends the process at once. */
  readonly signal?: AbortSignal;
  /** What the process reads on its standard input; nothing if left out. */
  readonly input?: Readable;
}

export interface ProcessOutcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A hostile package must not fill our memory with what it prints. Bytes of each stream. */
const MAX_OUTPUT = 32 * 1024 * 1024;

/**
 * Runs a command without a shell and collects what it prints. A non-zero exit is an outcome, not an error.
 *
 * @throws ProblemError ND102 if the command cannot be started
 */
export async function runProcess(
  command: string,
  args: readonly string[],
  options: ProcessOptions = {},
): Promise<ProcessOutcome> {
  const child = start(command, args, options);
  const stdout = collect(child.stdout as Readable);
  const [outcome] = await Promise.all([ended(command, child), feed(child, options.input)]);
  return { ...outcome, stdout: stdout() };
}

/** A command whose output is read as it comes; `outcome` must be awaited after the last byte was read. */
export interface ProcessStream {
  readonly stdout: Readable;
  readonly outcome: Promise<Omit<ProcessOutcome, "stdout">>;
}

/** Starts a command without a shell for its output, which may be long. */
export function streamProcess(command: string, args: readonly string[], options: ProcessOptions = {}): ProcessStream {
  const child = start(command, args, options);
  const outcome = ended(command, child);
  // Who gives up on reading does not look at the outcome any more.
  outcome.catch(() => {});
  return { stdout: child.stdout as Readable, outcome };
}

function start(command: string, args: readonly string[], options: ProcessOptions): ChildProcess {
  options.signal?.throwIfAborted();
  return spawn(command, args, {
    stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    env: options.environment ?? process.env,
    ...(options.signal === undefined ? {} : { signal: options.signal, killSignal: "SIGKILL" }),
  });
}

function ended(command: string, child: ChildProcess): Promise<Omit<ProcessOutcome, "stdout">> {
  const stderr = collect(child.stderr as Readable);
  return new Promise((resolve, reject) => {
    child.on("error", (failure: NodeJS.ErrnoException) => {
      reject(failure.code === "ENOENT" || failure.code === "EACCES" ? notStarted(command, failure) : failure);
    });
    child.on("close", (code, signal) => {
      resolve({ exitCode: code ?? 128, stderr: signal === null ? stderr() : `${stderr()} ${signal}` });
    });
  });
}

/** A command that ends before it has read all is not our failure: its exit code tells. */
async function feed(child: ChildProcess, input: Readable | undefined): Promise<void> {
  if (input === undefined || child.stdin === null) return;
  try {
    await pipeline(input, child.stdin);
  } catch (failure) {
    const { code } = failure as NodeJS.ErrnoException;
    if (code !== "EPIPE" && code !== "ERR_STREAM_PREMATURE_CLOSE" && code !== "ECONNRESET") throw failure;
  }
}

function collect(stream: Readable): () => string {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= MAX_OUTPUT) chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString("utf8");
}

const notStarted = (command: string, failure: Error): ProblemError =>
  new ProblemError({
    code: "ND102",
    where: command,
    what: `the command cannot be started (${failure.message})`,
    todo: `install ${command}, and see that it is on PATH`,
  });
