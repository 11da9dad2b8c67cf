const MAX_PATH = 500;

/** What is wrong with a path that Keep or Drop names, in words that follow it; undefined if nothing is. */
export function layerPathFault(path: string): string | undefined {
  const parts = path.split("/");
  const inside = parts.every((part) => part !== "" && part !== "." && part !== "..");
  // Neither control characters nor halves of characters: the spec is stored and read back as text.
  const text = !/[\p{Cc}\p{Cs}]/u.test(path);
  return inside && text && path.length <= MAX_PATH ? undefined : "is no path below /opt";
}
