import { expect, it } from "vitest";
import { database, freshLab } from "./lab.ts";

it("fails with a lab and a database up", async () => {
  await freshLab();
  await database();
  expect.fail("as it is meant to");
});
