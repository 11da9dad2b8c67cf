import { beforeAll, describe, expect, it } from "vitest";
import { isObject, type JsonObject } from "../../src/template/json.ts";
import { check, type Stages } from "./support/check.ts";
import { type Mode, runMacro } from "./support/macro.ts";
import { translatorParameters } from "./support/parameters.ts";
import { caseSubjects, inputSubjects, type Subject } from "./support/subjects.ts";
import { type Translation, translateAll } from "./support/translator.ts";

/**
 * What the macro answers goes through AWS's own transforms, and so does the untouched input: each function that asks
 * must come out with its layer in the right place, and all else as if there were no NativeDeps.
 */
const cases = caseSubjects();
const inputs = inputSubjects();
const translations = new Map<string, Translation>();

const named = (subjects: readonly Subject[]) => subjects.map((subject) => [subject.name, subject] as const);

async function jobsOf({ name, fragment, asTemplate, event, parameters, modes, published }: Subject) {
  const job = (id: string, written: unknown) => ({
    id,
    template: asTemplate(written),
    parameters: translatorParameters(parameters),
  });
  const after = modes.map(async (mode) => {
    const answer = await runMacro(fragment, mode, event, published);
    return answer.status === "success" ? [job(`${name} ${mode}`, answer.fragment)] : [];
  });
  return [job(name, fragment), ...(await Promise.all(after)).flat()];
}

function translated(id: string): Stages {
  const translation = translations.get(id) ?? { error: "the macro refused it" };
  if ("error" in translation) throw new Error(`${id}: ${translation.error}`);
  return translation;
}

function compare({ name, parameters, event }: Subject, mode: Mode): number {
  const [before, after] = [translated(name), translated(`${name} ${mode}`)];
  return check({ before, after, mode, parameters, params: (event.params ?? {}) as JsonObject });
}

/** Without the resources that SAM refuses whatever we do: a case may hold some to show that we do not mind them. */
async function accepted(subjects: readonly Subject[]): Promise<readonly Subject[]> {
  const answers = await translateAll(
    subjects.map(({ fragment, asTemplate, parameters }) => ({
      template: asTemplate(fragment),
      parameters: translatorParameters(parameters),
    })),
  );
  return subjects.map((subject, index) => {
    const answer = answers[index];
    if (answer === undefined || !("error" in answer)) return subject;
    const refused = [...answer.error.matchAll(/Resource with id \[(\w+)\] is invalid/g)].map((match) => match[1] ?? "");
    const resources = isObject(subject.fragment.Resources) ? Object.entries(subject.fragment.Resources) : [];
    const kept = resources.filter(([id]) => !refused.includes(id));
    return { ...subject, fragment: { ...subject.fragment, Resources: Object.fromEntries(kept) } };
  });
}

beforeAll(async () => {
  const subjects = [...(await accepted(cases)), ...inputs];
  const jobs = (await Promise.all(subjects.map(jobsOf))).flat();
  const answers = await translateAll(jobs);
  for (const [index, { id }] of jobs.entries()) translations.set(id, answers[index] as Translation);
});

describe("a case through the SAM translator", () => {
  it.each(named(cases))("%s", (_, subject) => {
    for (const mode of subject.modes) compare(subject, mode);
  });
});

describe("a user's template through the SAM translator", () => {
  it.each(named(inputs))("%s", (_, subject) => {
    for (const mode of subject.modes) expect(compare(subject, mode), "functions that ask").toBeGreaterThan(0);
  });
});
