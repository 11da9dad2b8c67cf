import type { Lock, Locks } from "../../engine/ports.ts";
import { ProblemError } from "../../errors/problem.ts";
import { canonicalJson } from "../../packages/layer-spec.ts";
import type { Objects } from "./objects.ts";

const pathOf = (key: string): string => `builds/${key}.json`;

function parse(key: string, text: string): Lock {
  const damaged = (what: string) =>
    new ProblemError({
      code: "ND022",
      where: `Lock ${pathOf(key)}`,
      what,
      todo: "update NativeDeps, or delete this object if no build of the layer is running",
    });
  let lock: Partial<Lock> | null;
  try {
    lock = JSON.parse(text) as Partial<Lock> | null;
  } catch {
    throw damaged("is not JSON");
  }
  if (lock?.v !== 1) throw damaged("was written by another version of NativeDeps");
  const { owner, token, claimedAt, buildId } = lock;
  const whole =
    lock.key === key &&
    typeof owner === "string" &&
    typeof token === "string" &&
    typeof claimedAt === "number" &&
    (buildId === null || typeof buildId === "string");
  if (!whole) throw damaged("is not a lock of this key");
  return { v: 1, key, owner, token, claimedAt, buildId };
}

/** Locks as S3 objects under conditional writes: `builds/<key>.json`. */
export function awsLocks(objects: Objects): Locks {
  return {
    create: (lock) => objects.put(pathOf(lock.key), canonicalJson(lock), { ifAbsent: true }),
    async read(key) {
      const found = await objects.get(pathOf(key));
      return found === undefined ? undefined : { lock: parse(key, found.text), etag: found.etag };
    },
    replace: (lock, etag) => objects.put(pathOf(lock.key), canonicalJson(lock), { ifMatch: etag }),
  };
}
