import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { JsonObject } from "../../src/template/json.ts";

const PYTHON = ".cache/lab/venv/bin/python";

export interface TranslatorProcess {
  /** Milliseconds that the SAM translator took, measured inside its own process, without import and decoding. */
  translate(template: JsonObject): Promise<number>;
  end(): void;
}

/** The SAM translator as a process that answers line by line. */
export function translatorProcess(): TranslatorProcess {
  const child = spawn(PYTHON, ["lab/oracle/translate.py", "--lines"], { stdio: ["pipe", "pipe", "inherit"] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async translate(template) {
      child.stdin.write(`${JSON.stringify({ template, parameters: {} })}\n`);
      const { value, done } = await answers.next();
      if (done === true) throw new Error("the SAM translator ended: run lab/bin/prepare");
      const answer = JSON.parse(value) as { readonly ms?: number; readonly error?: string };
      if (answer.ms === undefined) throw new Error(`the SAM translator refused the template: ${answer.error}`);
      return answer.ms;
    },
    end: () => void child.stdin.end(),
  };
}
