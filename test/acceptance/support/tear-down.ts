import { must, ROOT } from "./commands.ts";
import { lab, labEnv } from "./lab.ts";

/** Runs once after all lab tests, failed or not: nothing of theirs stays. */
export async function teardown(): Promise<void> {
  await must(`${ROOT}/lab/bin/database`, ["down"], { env: labEnv });
  await lab("down");
}
