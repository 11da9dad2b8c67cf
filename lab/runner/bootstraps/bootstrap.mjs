// Calls a Node.js handler as Lambda does; the result goes to a file, since stdout is the function's own.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

function report(answer) {
  writeFileSync("/run/lab/result.json", JSON.stringify(answer));
  process.exit(0);
}

function fail(error, type) {
  report({
    ok: false,
    errorType: type ?? error?.name ?? "Error",
    errorMessage: String(error?.message ?? error),
    stackTrace: String(error?.stack ?? "").split("\n"),
  });
}

async function load(path) {
  if (existsSync(`${path}.js`)) {
    try {
      return createRequire("/var/task/")(`${path}.js`);
    } catch (error) {
      if (error.code !== "ERR_REQUIRE_ESM") throw error;
      return import(pathToFileURL(`${path}.js`));
    }
  }
  return existsSync(`${path}.mjs`) ? import(pathToFileURL(`${path}.mjs`)) : createRequire("/var/task/")(path);
}

const words = process.env._HANDLER.split(".");
const name = words.pop();
let handler;
try {
  handler = (await load(`/var/task/${words.join(".")}`))[name];
} catch (error) {
  fail(error, "Runtime.ImportModuleError");
}
if (typeof handler !== "function")
  fail(new Error(`${process.env._HANDLER} is undefined or not exported`), "Runtime.HandlerNotFound");

const context = {
  functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
  functionVersion: "$LATEST",
  memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
  awsRequestId: "00000000-0000-0000-0000-000000000000",
  getRemainingTimeInMillis: () => 1000,
};
const event = JSON.parse(readFileSync("/run/lab/event.json", "utf8"));
try {
  const result = await new Promise((resolve, reject) => {
    const returned = handler(event, context, (error, value) => (error ? reject(error) : resolve(value)));
    if (typeof returned?.then === "function") returned.then(resolve, reject);
  });
  report({ ok: true, result: result ?? null });
} catch (error) {
  fail(error);
}
