import { Buffer } from "node:buffer";
import { MAX_KEY } from "./repositories.ts";

const SECONDS = 30;

/** Reads a key from its address. @throws Error that says why it cannot be had */
export async function fetchKey(address: string): Promise<Buffer> {
  const response = await fetch(address, { signal: AbortSignal.timeout(SECONDS * 1000) });
  if (!response.ok || response.body === null) throw new Error(`HTTP ${response.status}`);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.length;
    if (bytes > MAX_KEY) throw new Error("it is longer than any key");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
