// Prints every acceptance line with pass or fail, and those not begun. `--last` reads the last run's report instead of
// running the tests. The oracle's tests, some hundreds of templates, make one line for each thing they show.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

const last = process.argv.includes("--last");
const report = last ? ".cache/reports/lab.json" : ".cache/reports/acceptance.json";
if (!last) {
  const options = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const folders = ["test/acceptance", "test/oracle"];
  spawnSync("npx", ["vitest", "run", "--project", "lab", ...folders, ...options], { stdio: "inherit" });
}
const { testResults } = JSON.parse(readFileSync(report, "utf8"));
const testsIn = (folder) =>
  testResults.filter(({ name }) => name.includes(folder)).flatMap(({ assertionResults }) => assertionResults);

const lines = testsIn("test/acceptance/").map(({ status, fullName }) => [status === "passed", fullName]);
const oracle = testsIn("test/oracle/");
for (const title of new Set(oracle.map(({ ancestorTitles }) => ancestorTitles[0]))) {
  const tests = oracle.filter(({ ancestorTitles }) => ancestorTitles[0] === title);
  const passed = tests.filter(({ status }) => status === "passed").length;
  lines.push([passed === tests.length, `templates: ${title} (${passed} of ${tests.length})`]);
}
for (const [passed, text] of lines) console.log(`${passed ? "pass   " : "FAIL   "} ${text}`);
const pending = readFileSync("test/acceptance/pending.txt", "utf8").split("\n");
for (const line of pending) if (line !== "" && !line.startsWith("#")) console.log(`not yet ${line}`);
if (lines.length === 0 || lines.some(([passed]) => !passed)) process.exit(1);
