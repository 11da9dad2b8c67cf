import { rmSync } from "node:fs";
import type { Stage } from "../src/packages/build-result.ts";
import { type Assembly, assemble } from "./support/assembler.ts";
import { type BenchOptions, type Figure, median, ratiosOf, summary, time } from "./support/figure.ts";
import { type Ground, ground } from "./support/ground.ts";
import { bareInstall, buildAndSave, copyAndZip, type NaiveInstall, naiveInstall } from "./support/naive.ts";
import { FAMILIES, type PackageFamily } from "./support/package-families.ts";

const group = "layers";

/** A whole build beside the commonest way by hand: an image made and saved. */
const MOST_OF_IMAGE = 1;
/** What happens to the files beside merely copying and zipping them. */
const MOST_OF_COPY = 2;
/** Bytes of a layer beside those of a zip of all that an installation brings, for any family and for the median. */
const [MOST_OF_NAIVE, MEDIAN_OF_NAIVE] = [1, 0.8];
/** The same for families whose zip is so large that it counts. */
const [LARGE, LARGE_OF_NAIVE] = [20_000_000, 0.5];
/** Bytes of a layer beside those of a zip that holds every link's file anew. */
const MEDIAN_OF_FOLLOWED = 0.5;

/** Whatever takes time, once for one family: what follows itself closely is comparable on a busy machine. */
interface Round {
  readonly assembly: Assembly;
  readonly image: number;
  readonly bare: number;
  readonly copy: number;
}

interface Sizes extends NaiveInstall {
  readonly family: PackageFamily;
  readonly layer: number;
}

interface Timed {
  readonly family: string;
  readonly rounds: readonly Round[];
}

/** The figures of the group `layers`. Runs of a figure are one for each family, in the order of FAMILIES. */
export async function figures({ quick }: BenchOptions): Promise<readonly Figure[]> {
  const place = ground();
  try {
    const sizes: Sizes[] = [];
    for (const family of FAMILIES) {
      const naive = await naiveInstall(place, family);
      sizes.push({ family, ...naive, layer: (await assemble(place, family.packages)).result.bytesZipped });
      if (!family.timed) rmSync(naive.added, { recursive: true });
    }
    // All but this has been run by now, and so is warm.
    await buildAndSave(place, ["jq"]);
    const timed: Timed[] = [];
    for (const { family, added } of sizes.filter(({ family }) => family.timed)) {
      const rounds: Round[] = [];
      while (rounds.length < (quick ? 3 : 5)) rounds.push(await roundOf(place, family.packages, added));
      timed.push({ family: family.name, rounds });
    }
    return [...timeFigures(timed), ...sizeFigures(sizes)];
  } finally {
    await place.remove();
  }
}

async function roundOf(place: Ground, packages: readonly string[], added: string): Promise<Round> {
  return {
    assembly: await assemble(place, packages),
    image: await buildAndSave(place, packages),
    bare: await bareInstall(place, packages),
    copy: await copyAndZip(place, added),
  };
}

type Measure = (round: Round) => number;

const stage =
  (name: Stage): Measure =>
  ({ assembly }) =>
    assembly.result.stages.find((each) => each.name === name)?.ms ?? Number.NaN;
const whole: Measure = ({ assembly }) => assembly.ms;
/** Node's start is in it, and the container's removal. */
const besidesInstall: Measure = (round) => whole(round) - stage("pull")(round) - stage("install")(round);
const stagesAfterInstall: Measure = ({ assembly: { result } }) => {
  const after = result.stages.findIndex(({ name }) => name === "install") + 1;
  return result.stages.slice(after).reduce((sum, { ms }) => sum + ms, 0);
};

function timeFigures(timed: readonly Timed[]): readonly Figure[] {
  const runs = (measure: Measure): readonly number[] => timed.map(({ rounds }) => median(rounds.map(measure)));
  const compare = (name: string, subject: Measure, baseline: Measure, goal: number | null): readonly Figure[] => {
    const measured = { group, subjectRuns: runs(subject), baselineRuns: runs(baseline) };
    const worst = summary({ name, ...measured }, worstOf, null);
    const family = timed[ratiosOf(measured).indexOf(worst.value)]?.family;
    return [summary({ name, ...measured }, median, goal), { ...worst, name: `the same, worst family: ${family}` }];
  };
  const stages = timed[0]?.rounds[0]?.assembly.result.stages ?? [];
  return [
    ...compare("whole build over podman build and save", whole, ({ image }) => image, MOST_OF_IMAGE),
    ...compare("after the package manager over copy and zip", stagesAfterInstall, ({ copy }) => copy, MOST_OF_COPY),
    ...compare("all but pull and install over copy and zip", besidesInstall, ({ copy }) => copy, null),
    ...compare("whole build over bare dnf install", whole, ({ bare }) => bare, null),
    // The stage's script also asks rpm for all packages, before and after.
    ...compare("stage install over bare dnf install", stage("install"), ({ bare }) => bare, null),
    time({ name: "whole build", group, subjectRuns: runs(whole) }),
    ...stages.map(({ name }) => time({ name: `stage ${name}`, group, subjectRuns: runs(stage(name)) })),
  ];
}

function sizeFigures(sizes: readonly Sizes[]): readonly Figure[] {
  const against = (some: readonly Sizes[], baseline: (sizes: Sizes) => number) => ({
    group,
    subjectRuns: some.map(({ layer }) => layer),
    baselineRuns: some.map(baseline),
  });
  const naive = against(sizes, ({ zip }) => zip);
  const large = sizes.filter(({ zip }) => zip > LARGE);
  const largeNaive = { name: "the same, naive over 20 MB, worst family", ...against(large, ({ zip }) => zip) };
  const followed = against(sizes, ({ followedZip }) => followedZip);
  return [
    summary({ name: "layer over naive zip", ...naive }, median, MEDIAN_OF_NAIVE),
    summary({ name: "the same, worst family", ...naive }, worstOf, MOST_OF_NAIVE),
    ...(large.length === 0 ? [] : [summary(largeNaive, worstOf, LARGE_OF_NAIVE)]),
    summary({ name: "layer over zip with links followed", ...followed }, median, MEDIAN_OF_FOLLOWED),
  ];
}

const worstOf = (ratios: readonly number[]): number => Math.max(...ratios);
