import { describe, expect, it } from "vitest";
import { makePlan } from "../../../src/packages/plan.ts";
import { readRequests } from "../../../src/template/read-requests.ts";

it("finds nothing where there are no resources", () => {
  expect(readRequests({})).toEqual({ requests: [], problems: [], warnings: [] });
  expect(readRequests({ Resources: [] })).toEqual({ requests: [], problems: [], warnings: [] });
});

/** The one request of a template with a default and a function. */
function request(fallback: unknown, own: unknown, runtime = "ruby3.3", release?: string) {
  const read = readRequests(
    {
      Metadata: { NativeDeps: { Packages: fallback } },
      Resources: {
        Fn: { Type: "AWS::Lambda::Function", Metadata: { Packages: own }, Properties: { Runtime: runtime } },
      },
    },
    { release },
  );
  expect(read.problems).toEqual([]);
  expect(read.requests).toHaveLength(1);
  return read.requests[0];
}

describe("a template's default", () => {
  const fallback = { Build: "b0", Runtime: ["r0"], Keep: ["k0"], Drop: "d0", Release: "2023.8.20250818" };

  it("comes before what the function names, list by list", () => {
    const own = { Build: ["b1"], Runtime: "r1", Keep: "k1", Drop: ["d1"] };
    expect(request(fallback, own)).toMatchObject({
      build: ["b0", "b1"],
      packages: ["r0", "r1"],
      keep: ["k0", "k1"],
      drop: ["d0", "d1"],
      release: "2023.8.20250818",
      block: "Resources.Fn.Metadata.Packages",
    });
  });

  it("gives way where the function names a release", () => {
    expect(request(fallback, { Release: "2023.9.20251110" })).toMatchObject({ release: "2023.9.20251110" });
  });

  it("is all there is for a function that names nothing", () => {
    expect(request(fallback, null)).toMatchObject({ packages: ["r0"], block: "Metadata.NativeDeps.Packages" });
  });
});

it("becomes a plan of runtime layers", () => {
  const requests = [request(false, { Runtime: "unixODBC" }), request(false, { Build: "gcc" })].flatMap((r) => r ?? []);
  const { layers, functions } = makePlan(requests);
  expect(layers).toMatchObject([{ kind: "runtime", functions: ["Resources.Fn"], families: ["od"] }]);
  expect(functions.map(({ key }) => key)).toEqual([layers[0]?.key, undefined]);
});

describe("the macro's own release", () => {
  const RELEASE = "2023.7.20250609";

  it("is for functions on Amazon Linux 2023 that name none", () => {
    expect(request(false, { Runtime: "r" }, "ruby3.3", RELEASE)).toMatchObject({ release: RELEASE });
    expect(request(false, { Runtime: "r" }, "ruby3.2", RELEASE)).toMatchObject({ release: null });
    expect(request(false, { Runtime: "r", Release: "2023.9.20251110" }, "ruby3.3", RELEASE)).toMatchObject({
      release: "2023.9.20251110",
    });
  });
});

it("takes 200 items to a list, and no more", () => {
  const names = (count: number) => Array.from({ length: count }, (_, i) => `p${i}`);
  expect(request({ Runtime: names(100) }, { Runtime: names(100) })?.packages).toHaveLength(200);
  const Fn = { Type: "AWS::Lambda::Function", Metadata: { Packages: { Runtime: names(201) } } };
  const { problems } = readRequests({ Resources: { Fn: { ...Fn, Properties: { Runtime: "ruby3.3" } } } });
  expect(problems.map(({ where }) => where)).toEqual(["Resources.Fn.Metadata.Packages.Runtime"]);
});
