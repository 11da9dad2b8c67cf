// Loaded into the macro's process by --require: notes each AWS SDK client that it loads.
const { appendFileSync } = require("node:fs");
const Module = require("node:module");
const { resolve } = require("node:path");

const file = resolve(__dirname, "../../../.cache/lab/run-test/loaded-clients");
const load = Module._load;
const seen = new Set();

Module._load = function (request, ...rest) {
  if (/^@aws-sdk\/client-[^/]+$/.test(request) && !seen.has(request)) {
    seen.add(request);
    appendFileSync(file, `${request}\n`);
  }
  return load.call(this, request, ...rest);
};
