// Prints every acceptance line with pass or fail, and those not begun. `--last` reads the last run's report instead of
// running the tests.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

const last = process.argv.includes("--last");
const report = last ? ".cache/reports/lab.json" : ".cache/reports/acceptance.json";
if (!last) {
  const options = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  spawnSync("npx", ["vitest", "run", "--project", "lab", "test/acceptance", ...options], { stdio: "inherit" });
}
const { testResults } = JSON.parse(readFileSync(report, "utf8"));
const lines = testResults
  .filter(({ name }) => name.includes("test/acceptance/"))
  .flatMap(({ assertionResults }) => assertionResults);
for (const { status, fullName } of lines) console.log(`${status === "passed" ? "pass   " : "FAIL   "} ${fullName}`);
const pending = readFileSync("test/acceptance/pending.txt", "utf8").split("\n");
for (const line of pending) if (line !== "" && !line.startsWith("#")) console.log(`not yet ${line}`);
if (lines.length === 0 || lines.some(({ status }) => status !== "passed")) process.exit(1);
