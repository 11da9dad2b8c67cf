import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RuntimeLayerSpec } from "../../src/packages/layer-spec.ts";
import { assemble, removeAssemblies } from "./support/assembler.ts";
import { type LabEnvironment, labUp } from "./support/lab.ts";

type Spec = Partial<RuntimeLayerSpec>;

describe("what is installed", () => {
  let env: LabEnvironment;

  beforeAll(async () => {
    env = await labUp();
  });

  afterAll(removeAssemblies);

  /** The packages that a spec brings, or why it brings none. */
  async function said(spec: Spec): Promise<string> {
    const { result, output } = await assemble(env, spec);
    if (result.problem === undefined) return result.packages.map(({ name, evra }) => `${name}-${evra}`).join(" ");
    const { code, where, what, todo } = result.problem;
    expect(output).toContain(`${where}: ${what}: ${todo}`);
    return `${code} ${where}: ${what}: ${todo}`;
  }

  const WORKS: readonly [string, Spec, RegExp][] = [
    ["what is pinned", { packages: ["jq-1.7.1"] }, /^jq-1\.7\.1-\S+( |$)/],
    ["what provides it", { packages: ["perl(JSON::XS)"], runtime: "nodejs20.x" }, /\bperl-JSON-XS-/],
    ["a dated release", { packages: ["jq"], release: "2023.8.20250915" }, /\bjq-1\.6-/],
    ["spal", { packages: ["figlet"], repositories: ["spal"] }, /^figlet-\S+spal2023/],
    ["epel", { packages: ["figlet"], repositories: ["epel"], runtime: "python3.9" }, /\bfiglet-\S+el7/],
    ["a topic of extras", { packages: ["redis"], repositories: ["extras:redis6"], runtime: "python3.9" }, /\bredis-6/],
    ["yum on al2", { packages: ["jq"], runtime: "python3.9" }, /\bjq-1\.6-/],
  ];
  it.each(WORKS)("%s", async (_, spec, expected) => {
    expect(await said(spec)).toMatch(expected);
  });

  const REFUSED: readonly [string, Spec, RegExp][] = [
    [
      "a pin that no build has",
      { packages: ["jq-9.9"] },
      /^ND104 .*"jq-9\.9" is not a package of Amazon Linux 2023: did you mean "jq"/,
    ],
    ["a slip", { packages: ["graphvis"] }, /^ND104 .*"graphvis".*did you mean "graphviz"/],
    ["an old name", { packages: ["postgresql-libs"] }, /^ND104 .*did you mean "libpq"/],
    ["a name of another system", { packages: ["figlet"] }, /^ND104 .*"figlet" is not a package of Amazon Linux 2023/],
    [
      "one of several",
      { packages: ["jq", "no-such-a", "no-such-b"] },
      /^ND104 .*"no-such-a", "no-such-b" are not packages/,
    ],
    [
      "one of several, on al2",
      { packages: ["jq", "no-such"], runtime: "python3.9" },
      /^ND104 .*"no-such" is not a package of Amazon Linux 2\b/,
    ],
    [
      "a release that needs newer base libraries than Lambda has",
      { packages: ["xz"], release: "2023.10.20260105" },
      /^ND118 .*"xz" needs exactly xz-libs 5\.8/,
    ],
    [
      "a release on al2",
      { packages: ["jq"], release: "2023.8.20250915", runtime: "python3.9" },
      /^ND109 Packages\.Release: python3\.9/,
    ],
    ["a release that was never made", { packages: ["jq"], release: "2023.1.20200101" }, /^ND\d+ .*2023\.1\.20200101/],
    [
      "what conflicts with the base",
      { packages: ["curl"] },
      /^ND106 .*"(lib)?curl" conflicts with "(lib)?curl-minimal"/,
    ],
    [
      "a package for the exact build of a base library",
      { packages: ["zstd"] },
      /^ND118 .*"zstd" needs exactly libzstd/,
    ],
    ["what Lambda has already", { packages: ["zlib"] }, /^ND107 .*is already in Lambda's image: nothing to add/],
    [
      "a topic that extras lacks",
      { packages: ["jq"], repositories: ["extras:nothing9"], runtime: "python3.9" },
      /^ND108 Packages\.Repositories: extras:nothing9/,
    ],
    [
      "a topic on al2023",
      { packages: ["jq"], repositories: ["extras:redis6"] },
      /^ND101 .*"extras:redis6" is a repository of Amazon Linux 2\b/,
    ],
  ];
  it.each(REFUSED)("%s: refused", async (_, spec, expected) => {
    expect(await said(spec)).toMatch(expected);
  });

  it("what Lambda has already, beside something new: said, and the layer made", async () => {
    const { result } = await assemble(env, { packages: ["zlib", "jq"] });
    expect(result.problem).toBe(undefined);
    expect(result.warnings).toContainEqual(expect.stringContaining('"zlib" is in Lambda\'s image already'));
  });
});
