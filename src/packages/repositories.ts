import type { Repository } from "./layer-spec.ts";
import { type OperatingSystem, systemName } from "./operating-system.ts";

/** Why a repository cannot be had on a system, its name first; undefined if it can. */
export function repositoryFault(repository: Repository, os: OperatingSystem): string | undefined {
  if (typeof repository !== "string") return undefined;
  const home: OperatingSystem = repository === "spal" ? "al2023" : "al2";
  return home === os ? undefined : `"${repository}" is a repository of ${systemName(home)}`;
}

const byName = (a: Repository, b: Repository): number => {
  const [one, other] = [a, b].map((repository) => JSON.stringify(repository)) as [string, string];
  return one < other ? -1 : 1;
};

/** Repositories in the one order and form that a layer spec holds them in, each once. */
export function sortedRepositories(repositories: readonly Repository[]): Repository[] {
  const plain = repositories.map((repository) =>
    typeof repository === "string"
      ? repository
      : { ...repository, Fingerprint: repository.Fingerprint.replaceAll(" ", "").toUpperCase() },
  );
  const distinct = new Map(plain.map((repository) => [JSON.stringify(repository), repository]));
  return [...distinct.values()].sort(byName);
}
