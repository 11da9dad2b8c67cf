/** The two systems that Lambda's runtimes stand on; their package managers and names differ. */
export type OperatingSystem = "al2" | "al2023";

/** First version of each language that stands on Amazon Linux 2023 (docs/facts.md, "Runtimes"). */
const FIRST_ON_AL2023: Readonly<Record<string, readonly [number, number]>> = {
  python: [3, 12],
  nodejs: [20, 0],
  ruby: [3, 3],
  java: [21, 0],
  dotnet: [8, 0],
};

/**
 * The operating system of a runtime identifier, by pattern, so that runtimes newer than this code are accepted;
 * undefined where it cannot be told (`go1.x`, `provided`, a typing error).
 */
export function operatingSystem(runtime: string): OperatingSystem | undefined {
  const explicit = /^(?:provided|java\d+)\.(al2|al2023)$/.exec(runtime);
  if (explicit !== null) return explicit[1] as OperatingSystem;
  const versioned = /^(python|nodejs|ruby|java|dotnet)(\d+)(?:\.(\d+|x))?$/.exec(runtime);
  const first = FIRST_ON_AL2023[versioned?.[1] ?? ""];
  if (versioned === null || first === undefined) return undefined;
  const major = Number(versioned[2]);
  const minor = Number.parseInt(versioned[3] ?? "0", 10) || 0;
  return major > first[0] || (major === first[0] && minor >= first[1]) ? "al2023" : "al2";
}

/** The name a person knows the system by. */
export const systemName = (os: OperatingSystem): string => (os === "al2" ? "Amazon Linux 2" : "Amazon Linux 2023");
