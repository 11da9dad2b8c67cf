import { expect, it } from "vitest";
import { readRequests } from "../../../src/template/read-requests.ts";

it("finds nothing where there are no resources", () => {
  expect(readRequests({})).toEqual({ requests: [], problems: [], warnings: [] });
  expect(readRequests({ Resources: [] })).toEqual({ requests: [], problems: [], warnings: [] });
});
