// Prints "passed failed skipped" of a vitest JSON report. A file that did not even load counts as one failure.
import { readFileSync } from "node:fs";

const report = JSON.parse(readFileSync(process.argv[2], "utf8"));
const broken = report.testResults.filter(
  (f) => f.status === "failed" && f.assertionResults.every((t) => t.status !== "failed"),
);
const skipped = report.numPendingTests + (report.numTodoTests ?? 0);
if (report.numTotalTests === 0) throw new Error(`${process.argv[2]} holds no test`);
console.log(report.numPassedTests, report.numFailedTests + broken.length, skipped);
