// What the model tries: the engine, as the tests can also bundle it with a line taken out.
export { handleRequest, sweep } from "../../../../src/engine/answer-waiting.ts";
export { ensureLayers } from "../../../../src/engine/ensure-layers.ts";
export { publishOnce } from "../../../../src/engine/publish.ts";
