import { jobOf } from "../../../fakes/jobs.ts";
import { chance } from "./random.ts";
import { MINUTE, SECOND } from "./scheduler.ts";
import { type Engine, world } from "./world.ts";

const HOUR = 60 * MINUTE;

/**
 * One seeded history: some deployments at once and some later, while processes die, answers get lost and the service has
 * no room; then calm, in which everything has to come to its end.
 *
 * @returns what went against the rules, in words; empty if nothing did
 */
export async function schedule(engine: Engine, seed: number): Promise<readonly string[]> {
  const draw = chance(seed);
  const all = world(engine, draw);
  const { time } = all;
  const begin = time.now();
  const packages = draw.happens(0.3) ? ["git", "jq"] : ["git"];

  if (draw.happens(0.3)) all.builds.room = draw.pick([0, 1]);
  const deployments = Math.floor(draw.between(1, 9));
  for (let i = 0; i < deployments; i += 1) {
    const wanted = packages.filter(() => draw.happens(0.8));
    const patience = draw.pick([0, 5 * SECOND, 30 * SECOND, 240 * SECOND]);
    const start = draw.pick([0, draw.between(0, 2 * SECOND), draw.between(0, MINUTE), draw.between(0, 15 * MINUTE)]);
    time.after(start, () => void all.deploy(`macro-${i}`, wanted, patience));
  }
  if (draw.happens(0.3)) time.after(draw.between(0, 30 * MINUTE), all.retryByHand);
  const sweeping = (): void => {
    all.sweepOnce();
    if (time.now() < begin + 3 * HOUR) time.after(5 * MINUTE, sweeping);
  };
  time.after(draw.between(0, 5 * MINUTE), sweeping);
  await time.run(begin + HOUR);
  all.calm();
  await time.run(begin + 2 * HOUR);
  time.after(0, () => void all.deploy("last", packages, 30 * MINUTE));
  await time.run(begin + 4 * HOUR);

  for (const { key, name } of packages.map((each) => jobOf(each))) {
    const arns = [...(all.used.get(key) ?? [])];
    if (arns.length === 0) all.wrong.push(`${name} never came`);
    if (arns.length > 1) all.wrong.push(`${name} is used in ${arns.length} versions`);
  }
  for (const [request, given] of all.answers) if (given.length === 0) all.wrong.push(`${request} was never answered`);
  return all.wrong;
}
