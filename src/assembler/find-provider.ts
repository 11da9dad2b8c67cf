import { type Problem, ProblemError } from "../errors/problem.ts";
import { MissingLibraries, provideOf } from "./elf/closure.ts";
import { type Installation, installPackages } from "./install/install.ts";

/** More than these are asked for by name only. */
const MAX_ASKED = 5;

/**
 * A failure with the packages named that have what is missing, as the repositories know them: installing the libraries by
 * what packages provide tells. If that fails, the failure is as it was.
 */
export async function namingProviders(failure: unknown, installation: Installation): Promise<unknown> {
  if (!(failure instanceof MissingLibraries) || failure.libraries.length > MAX_ASKED) return failure;
  const packages = failure.libraries.map(provideOf);
  try {
    const spec = { ...installation.spec, packages };
    const { container, report } = await installPackages({ ...installation, spec });
    await installation.engine.remove(container);
    const names = [...new Set(packages.flatMap((name) => report.provided.get(name)?.slice(0, 1) ?? []))];
    return names.length === 0 ? failure : new ProblemError(adding(failure.problem, names));
  } catch {
    return failure;
  }
}

const adding = (problem: Problem, names: readonly string[]): Problem => ({
  ...problem,
  todo: `add ${names.map((name) => `"${name}"`).join(", ")} to Packages.Runtime`,
});
