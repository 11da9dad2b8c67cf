import { Buffer } from "node:buffer";
import { spawn } from "node:child_process";
import { ProblemError } from "../../errors/problem.ts";

export interface ProcessOptions {
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Ends the process at once. */
  readonly signal?: AbortSignal;
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
  options.signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: options.environment ?? process.env,
      ...(options.signal === undefined ? {} : { signal: options.signal, killSignal: "SIGKILL" }),
    });
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    child.on("error", (failure: NodeJS.ErrnoException) => {
      reject(failure.code === "ENOENT" || failure.code === "EACCES" ? notStarted(command, failure) : failure);
    });
    child.on("close", (code, signal) => {
      resolve({
        exitCode: code ?? 128,
        stdout: stdout(),
        stderr: signal === null ? stderr() : `${stderr()} ${signal}`,
      });
    });
  });
}

function collect(stream: NodeJS.ReadableStream): () => string {
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
