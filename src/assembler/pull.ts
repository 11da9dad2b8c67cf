import { oneLine, ProblemError } from "../errors/problem.ts";
import { type ContainerEngine, type LocalImage, PullFailure } from "./ports.ts";

const ATTEMPTS = 6;
/** What registries answer when they are busy. */
const BUSY = /toomanyrequests|too many requests|rate exceeded|\b50[0234]\b|timeout|timed out|connection reset|EOF/i;

/** The image on this machine; pulled if it is not there, with patience for a busy registry. */
export async function obtainImage(
  engine: ContainerEngine,
  ref: string,
  sleep: (ms: number) => Promise<void>,
): Promise<LocalImage> {
  const local = await engine.findImage(ref);
  if (local !== undefined) return local;
  for (let attempt = 1; ; attempt++) {
    try {
      await engine.pull(ref);
      break;
    } catch (failure) {
      if (!(failure instanceof PullFailure)) throw failure;
      if (attempt === ATTEMPTS || !BUSY.test(failure.message)) throw notPulled(ref, failure.message);
      await sleep(2 ** attempt * 1000);
    }
  }
  const pulled = await engine.findImage(ref);
  if (pulled === undefined) throw notPulled(ref, "it was pulled, but is not there");
  return pulled;
}

const notPulled = (ref: string, why: string): ProblemError =>
  new ProblemError({
    code: "ND103",
    where: ref,
    what: `the Lambda image cannot be pulled (${oneLine(why).slice(0, 300)})`,
    todo: "check the runtime's name, or set ImageRegistry to a mirror that has the image",
  });
