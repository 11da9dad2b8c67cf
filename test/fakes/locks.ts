import type { HeldLock, Lock, Locks } from "../../src/engine/ports.ts";

/** Locks in memory, with an etag for every write. */
export function fakeLocks(): Locks & { readonly held: Map<string, HeldLock> } {
  const held = new Map<string, HeldLock>();
  let writes = 0;
  const write = (lock: Lock): string => {
    const etag = `"${++writes}"`;
    held.set(lock.key, { lock, etag });
    return etag;
  };
  return {
    held,
    create: async (lock) => (held.has(lock.key) ? undefined : write(lock)),
    read: async (key) => held.get(key),
    replace: async (lock, etag) => (held.get(lock.key)?.etag === etag ? write(lock) : undefined),
  };
}
