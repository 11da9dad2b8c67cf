// Plays Lambda's Node.js runtime for one invocation: event on stdin, answer in the file LAB_RESULT.
const { readFileSync, renameSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");

const { LAB_RESULT, LAB_REQUEST_ID, LAB_FUNCTION_ARN, LAB_TIMEOUT, ...environment } = process.env;
for (const name of ["LAB_RESULT", "LAB_REQUEST_ID", "LAB_FUNCTION_ARN", "LAB_TIMEOUT"]) delete process.env[name];
const deadline = Date.now() + Number(LAB_TIMEOUT) * 1000;

function answer(mark, value) {
  writeFileSync(`${LAB_RESULT}.new`, mark + (JSON.stringify(value) ?? "null"));
  renameSync(`${LAB_RESULT}.new`, LAB_RESULT);
  process.exit(0);
}

function fail(error) {
  if (!(error instanceof Error))
    return answer("!", { errorType: typeof error, errorMessage: String(error), trace: [] });
  answer("!", { errorType: error.name, errorMessage: error.message, trace: String(error.stack).split("\n") });
}

async function load(file) {
  const path = join(process.cwd(), file);
  for (const extension of [".js", ".cjs", ".mjs"]) {
    try {
      readFileSync(path + extension);
    } catch {
      continue;
    }
    try {
      return require(path + extension);
    } catch (error) {
      if (error.code !== "ERR_REQUIRE_ESM") throw error;
      return import(path + extension);
    }
  }
  const error = new Error(`Cannot find module '${file}'`);
  error.name = "Runtime.ImportModuleError";
  throw error;
}

const context = {
  awsRequestId: LAB_REQUEST_ID,
  functionName: environment.AWS_LAMBDA_FUNCTION_NAME,
  functionVersion: environment.AWS_LAMBDA_FUNCTION_VERSION,
  invokedFunctionArn: LAB_FUNCTION_ARN,
  memoryLimitInMB: environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
  logGroupName: environment.AWS_LAMBDA_LOG_GROUP_NAME,
  logStreamName: environment.AWS_LAMBDA_LOG_STREAM_NAME,
  callbackWaitsForEmptyEventLoop: true,
  getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
};

process.on("uncaughtException", fail);
process.on("unhandledRejection", fail);

(async () => {
  const event = JSON.parse(readFileSync(0, "utf8"));
  const [file, name] = [environment._HANDLER.replace(/\.[^.]*$/, ""), environment._HANDLER.split(".").pop()];
  const handler = (await load(file))[name];
  if (typeof handler !== "function") {
    const error = new Error(`${environment._HANDLER} is undefined or not exported`);
    error.name = "Runtime.HandlerNotFound";
    throw error;
  }
  const result = await new Promise((resolve, reject) => {
    const returned = handler(event, context, (error, value) => (error ? reject(error) : resolve(value)));
    if (returned && typeof returned.then === "function") returned.then(resolve, reject);
    else if (handler.length < 3) resolve(returned);
  });
  answer("=", result);
})().catch(fail);
